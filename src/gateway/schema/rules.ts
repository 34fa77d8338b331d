import type { ListShape, MapShape, Shape, SimpleShape } from './shape.ts';

/** One constraint: AWS's words for it, and whether a value keeps it. */
export interface Rule {
  readonly words: string;
  readonly holds: (value: unknown) => boolean;
}

const known = new WeakMap<Shape, readonly Rule[]>();

/** The constraints on a value, in the order in which AWS names them; none on a structure, but on what is in it. */
export function rulesOf(shape: Shape): readonly Rule[] {
  let rules = known.get(shape);
  if (!rules) {
    rules = shape.kind === 'structure' ? [] : createRules(shape);
    known.set(shape, rules);
  }
  return rules;
}

function createRules(shape: SimpleShape | ListShape | MapShape): readonly Rule[] {
  const { min, max, pattern, enum: values } = shape;
  const measure = shape.kind === 'number' ? 'value' : 'length';
  const bound = (limit: number) => (shape.float ? floatText(limit) : `${limit}`);
  const rules: Rule[] = [];
  if (max !== undefined) {
    rules.push({
      words: `Member must have ${measure} less than or equal to ${bound(max)}`,
      holds: (value) => sizeOf(value) <= max,
    });
  }
  if (min !== undefined) {
    rules.push({
      words: `Member must have ${measure} greater than or equal to ${bound(min)}`,
      holds: (value) => sizeOf(value) >= min,
    });
  }
  const expression = pattern === undefined ? undefined : compile(pattern);
  if (expression) {
    rules[shape.patternFirst ? 'unshift' : 'push']({
      words: `Member must satisfy regular expression pattern: ${pattern}`,
      holds: (value) => expression.test(String(value)),
    });
  }
  if (values) {
    rules.push({
      words: `Member must satisfy enum value set: [${values.join(', ')}]`,
      holds: (value) => values.includes(String(value)),
    });
  }
  return rules;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return value instanceof Uint8Array ? value.length : Object.keys(value ?? {}).length;
}

/** AWS's patterns are Java's and match whole; one that cannot be compiled here is not checked. */
function compile(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(`^(?:${pattern})$`, flags);
    } catch {
      // The other flag may do.
    }
  }
  return undefined;
}

/** A number as Java prints one with a fraction. */
export const floatText = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : `${value}`);

import { ServiceError } from '../../core/errors.ts';
import type { Constraints } from './model.ts';
import type { ListShape, MapShape, Member, Shape, SimpleShape, StructureShape } from './shape.ts';

/** One constraint: AWS's words for it, and whether a value keeps it. */
interface Rule {
  readonly words: string;
  readonly holds: (value: unknown) => boolean;
}

/**
 * Refuses an input that breaks the model's constraints, in AWS's generated words.
 * @param code `ValidationException`, or `ValidationError` in the query protocol
 */
export function validate(shape: StructureShape, input: Readonly<Record<string, unknown>>, code: string): void {
  const failures: string[] = [];
  validateMembers(shape, input, '', failures);
  const count = failures.length;
  if (count === 0) return;
  throw new ServiceError(code, `${count} validation error${count === 1 ? '' : 's'} detected: ${failures.join('; ')}`, {
    status: 400,
  });
}

function validateMembers(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  failures: string[],
): void {
  for (const member of shape.members) {
    const each = value[member.name];
    const at = path + camelCase(member.name);
    if (each === undefined || each === null) {
      if (member.required) failures.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
    } else validateValue(member.shape, each, at, failures);
  }
}

function validateValue(shape: Shape, value: unknown, at: string, failures: string[]): void {
  if (shape.kind === 'structure') {
    validateMembers(shape, value as Record<string, unknown>, `${at}.`, failures);
    return;
  }
  for (const rule of rulesOf(shape)) if (!rule.holds(value)) failures.push(failure(shape, value, at, rule.words));
  if (shape.kind === 'list') validateElements(shape, value as readonly unknown[], at, failures);
  if (shape.kind === 'map') validateEntries(shape, value as Record<string, unknown>, at, failures);
}

function failure(shape: Shape, value: unknown, at: string, words: string): string {
  const shown = 'sensitive' in shape && shape.sensitive ? 'Value' : `Value '${print(shape, value)}'`;
  return `${shown} at '${at}' failed to satisfy constraint: ${words}`;
}

/** Simple elements are judged together, structures one by one. */
function validateElements(shape: ListShape, values: readonly unknown[], at: string, failures: string[]): void {
  const element = shape.element.shape;
  if (element.kind === 'structure' || element.kind === 'list' || element.kind === 'map') {
    for (const [index, each] of values.entries()) validateValue(element, each, `${at}.${index + 1}.member`, failures);
    return;
  }
  const rules = rulesOf(element);
  if (values.every((each) => each !== null && rules.every((rule) => rule.holds(each)))) return;
  // A set of which AWS prints values of its own stands alone, as recorded of `compatibleRuntimes`.
  const alone = element.bare && rules[0];
  const words = alone ? alone.words : `Member must satisfy constraint: ${listed([...rules, NOT_NULL])}`;
  failures.push(failure(shape, values, at, words));
}

function validateEntries(
  shape: MapShape,
  map: Readonly<Record<string, unknown>>,
  at: string,
  failures: string[],
): void {
  const keyRules = rulesOf(shape.key.shape);
  if (!Object.keys(map).every((key) => keyRules.every((rule) => rule.holds(key)))) {
    failures.push(failure(shape, map, at, `Map keys must satisfy constraint: ${listed(keyRules)}`));
  }
  const value = shape.value.shape;
  if (value.kind === 'structure' || value.kind === 'list' || value.kind === 'map') {
    for (const [key, each] of Object.entries(map)) validateValue(value, each, `${at}.${key}.member`, failures);
    return;
  }
  const valueRules = rulesOf(value);
  if (!Object.values(map).every((each) => valueRules.every((rule) => rule.holds(each)))) {
    failures.push(failure(shape, map, at, `Map value must satisfy constraint: ${listed([...valueRules, NOT_NULL])}`));
  }
}

const NOT_NULL: Rule = { words: 'Member must not be null', holds: (value) => value !== null };
const listed = (rules: readonly Rule[]) => `[${rules.map((rule) => rule.words).join(', ')}]`;

const known = new WeakMap<Shape, readonly Rule[]>();

function rulesOf(shape: Shape): readonly Rule[] {
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
    rules.push({
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

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const floatText = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : `${value}`);

/** A value as Java prints it. */
function print(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (shape.kind === 'list') {
    return `[${(value as readonly unknown[]).map((each) => print(shape.element.shape, each)).join(', ')}]`;
  }
  if (shape.kind === 'map') {
    const entries = Object.entries(value).map(([key, each]) => `${key}=${print(shape.value.shape, each)}`);
    return `{${entries.join(', ')}}`;
  }
  if (shape.kind === 'structure') return printStructure(shape, value as Record<string, unknown>);
  if (typeof value === 'number' && isFloat(shape)) return floatText(value);
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  return String(value);
}

function printStructure(shape: StructureShape, value: Readonly<Record<string, unknown>>): string {
  const fields = shape.members.map(
    (member: Member) => `${camelCase(member.name)}=${print(member.shape, value[member.name])}`,
  );
  return `${shape.name}(${fields.join(', ')})`;
}

const isFloat = (constraints: Constraints) => constraints.float === true;

import type { LosslessArray, LosslessJson } from '../../json/lossless-json.ts';
import { boundsOf, comparedValue } from '../compared-number.ts';
import { type PatternDialect, type Refuse, readTo, seenTo } from '../refusal.ts';

type Comparison = (value: number, bound: number) => boolean;

const LOWER: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
]);
const UPPER: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
]);
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ...LOWER,
  ...UPPER,
  ['=', (value, bound) => value === bound],
]);

/** Compiles `[">", 0, "<=", 5]`; its parts are read, and refused, in the order in which they stand. */
export function compileNumericRange(
  operand: LosslessJson,
  dialect: PatternDialect,
  refuse: Refuse,
): (leaf: LosslessJson) => boolean {
  if (operand.kind !== 'array') return refuse('Value of numeric must be an array.', seenTo(operand));
  const holds = readRange(operand, dialect, refuse);
  return (leaf) => {
    const value = leaf.kind === 'number' ? comparedValue(leaf.value, dialect) : undefined;
    return value !== undefined && holds(value);
  };
}

function readRange(range: LosslessArray, dialect: PatternDialect, refuse: Refuse): (value: number) => boolean {
  const [first, bound, next] = range.items;
  if (first?.kind !== 'string') {
    return refuse(`Invalid member in numeric match: ${textOf(first)}`, first ? readTo(first) : range.end);
  }
  const compare = COMPARISONS.get(first.value);
  if (!compare) {
    return refuse(`Unrecognized numeric range operator: ${first.value}`, bound ? seenTo(bound) : range.end);
  }
  const limit = boundOf(first.value === '=' ? 'equals' : first.value, bound, range, dialect, refuse);
  if (next === undefined) return (value) => compare(value, limit);
  if (!LOWER.has(first.value)) return refuse('Too many elements in numeric expression', seenTo(next));
  const [below, top] = readTop(range, dialect, refuse);
  if (limit >= top) refuse('Bottom must be less than top', range.end);
  return (value) => compare(value, limit) && below(value, top);
}

/** The second operator and bound: `"<=", 5`. */
function readTop(range: LosslessArray, dialect: PatternDialect, refuse: Refuse): readonly [Comparison, number] {
  const [, , operator, bound, further] = range.items;
  if (operator?.kind !== 'string') {
    return refuse(`Bad value in numeric range: ${textOf(operator)}`, operator ? readTo(operator) : range.end);
  }
  const upper = UPPER.get(operator.value);
  if (!upper) return refuse(`Bad numeric range operator: ${operator.value}`, readTo(operator));
  const top = boundOf(operator.value, bound, range, dialect, refuse);
  if (further) refuse('Too many terms in numeric range expression', seenTo(further));
  return [upper, top];
}

function boundOf(
  operator: string,
  bound: LosslessJson | undefined,
  range: LosslessArray,
  dialect: PatternDialect,
  refuse: Refuse,
): number {
  if (bound?.kind !== 'number') {
    return refuse(`Value of ${operator} must be numeric`, bound ? seenTo(bound) : range.end);
  }
  const value = comparedValue(bound.value, dialect);
  return value ?? refuse(`Value must be between ${boundsOf(dialect)}, inclusive`, range.end);
}

/** A token as AWS's parser shows it. */
function textOf(value: LosslessJson | undefined): string {
  if (value === undefined) return ']';
  if (value.kind === 'object') return '{';
  if (value.kind === 'array') return '[';
  return value.kind === 'number' ? value.text : String(value.value);
}

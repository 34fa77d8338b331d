import type { LosslessArray, LosslessJson, LosslessObject } from '../../json/lossless-json.ts';
import { comparedValue } from '../compared-number.ts';
import { type PatternDialect, type Refuse, readTo, seenTo } from '../refusal.ts';
import { affixTest, ignoringCase, type LeafTest, type TextTest } from './text-tests.ts';
import { compileWildcard } from './wildcard.ts';

const MIXED_LIST = 'Inside anything but list, either all values are number or string, mixed type is not supported';
const BAD_VALUE = 'Value of anything-but must be an array or single string/number value.';

/** What can be excluded besides values, as far as the dialects know it. */
const EXCLUSIONS: Readonly<Record<PatternDialect, ReadonlySet<string>>> = {
  rule: new Set(['prefix', 'suffix', 'equals-ignore-case', 'wildcard']),
  sns: new Set(['prefix']),
  mapping: new Set(),
};

/** Any leaf but these. It needs a leaf: a field that is not there does not match. */
export function compileAnythingBut(operand: LosslessJson, dialect: PatternDialect, refuse: Refuse): LeafTest {
  switch (operand.kind) {
    case 'string':
    case 'number':
      return anyBut([operand], dialect);
    case 'array':
      return anyBut(checkedList(operand, refuse), dialect);
    case 'object':
      if (dialect === 'mapping') return refuse(BAD_VALUE, seenTo(operand));
      return anyTextBut(operand, dialect, refuse);
    default:
      return refuse(BAD_VALUE, seenTo(operand));
  }
}

function checkedList({ items, end }: LosslessArray, refuse: Refuse): readonly LosslessJson[] {
  for (const item of items) {
    if (item.kind !== 'string' && item.kind !== 'number') {
      refuse('Inside anything but list, start|null|boolean is not supported.', twice(seenTo(item)));
    }
  }
  if (items.length === 0 || items.some(({ kind }) => kind !== items[0]?.kind)) refuse(MIXED_LIST, end);
  return items;
}

/** Inside a list AWS's parser says its place once for the list and once for the member. */
const twice = (offset: number): readonly number[] => [offset, offset];

function anyBut(values: readonly LosslessJson[], dialect: PatternDialect): LeafTest {
  const texts = new Set(values.flatMap((value) => (value.kind === 'string' ? value.value : [])));
  const numbers = new Set(
    values.flatMap((each) => (each.kind === 'number' ? (comparedValue(each.value, dialect) ?? []) : [])),
  );
  return (leaf) => {
    if (leaf.kind === 'string') return !texts.has(leaf.value);
    if (leaf.kind !== 'number') return true;
    const value = comparedValue(leaf.value, dialect);
    return value === undefined || !numbers.has(value);
  };
}

/** `{"anything-but": {"prefix": "init"}}`, for one text or several. */
function anyTextBut(operand: LosslessObject, dialect: PatternDialect, refuse: Refuse): LeafTest {
  const [entry, second] = operand.members;
  if (entry === undefined) return refuse('Anything-But expression name not found', operand.end);
  const [operator, value] = entry;
  if (!EXCLUSIONS[dialect].has(operator)) {
    return refuse(`Unsupported anything-but pattern: ${operator}`, seenTo(value));
  }
  const tests = textsOf(operator, value, dialect, refuse).map((text) => excluded(operator, text, value, refuse));
  if (second !== undefined) refuse('Too many elements in numeric expression', seenTo(second[1]));
  return (leaf) => leaf.kind !== 'string' || !tests.some((test) => test(leaf.value));
}

function textsOf(operator: string, value: LosslessJson, dialect: PatternDialect, refuse: Refuse): readonly string[] {
  if (dialect === 'sns') return [textOf(operator, value, seenTo(value), refuse)];
  if (value.kind === 'object' || value.kind === 'boolean' || value.kind === 'null') {
    return refuse(BAD_VALUE, seenTo(value));
  }
  if (value.kind === 'array') return value.items.map((item) => textOf(operator, item, twice(seenTo(item)), refuse));
  return [textOf(operator, value, seenTo(value), refuse)];
}

function textOf(operator: string, value: LosslessJson, at: number | readonly number[], refuse: Refuse): string {
  const isAffix = operator === 'prefix' || operator === 'suffix';
  if (value.kind !== 'string') {
    if (isAffix) return refuse('prefix/suffix match pattern must be a string', at);
    if (operator === 'wildcard') return refuse('wildcard match pattern must be a string', at);
    return refuse(`Inside anything-but/${operator} list, number|start|null|boolean is not supported.`, at);
  }
  if (isAffix && value.value === '') {
    return refuse('Null prefix/suffix not allowed', typeof at === 'number' ? readTo(value) : twice(readTo(value)));
  }
  return value.value;
}

function excluded(operator: string, text: string, value: LosslessJson, refuse: Refuse): TextTest {
  if (operator === 'prefix' || operator === 'suffix') return affixTest(operator, text);
  if (operator === 'equals-ignore-case') return ignoringCase(text);
  return compileWildcard(text, (reason) => refuse(reason, value.end));
}

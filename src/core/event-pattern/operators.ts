import type { LosslessArray, LosslessJson, LosslessObject } from '../lossless-json.ts';
import { compileCidr } from './cidr.ts';
import { endOf, type PatternDialect, type Refuse } from './refusal.ts';
import { compileWildcard } from './wildcard.ts';

/** Whether one leaf of the event satisfies one member of a pattern's list. */
export type LeafTest = (leaf: LosslessJson) => boolean;

/** Operators that event source mappings take. docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html */
const MAPPING_OPERATORS = new Set(['exists', 'equals-ignore-case', 'prefix', 'suffix', 'numeric', 'anything-but']);

/** Compiles `{"operator": operand}`; `absent` for `{"exists": false}`. */
export function compileMatchExpression(
  expression: LosslessObject,
  dialect: PatternDialect,
  refuse: Refuse,
): LeafTest | 'absent' {
  const [entry, second] = expression.members;
  if (entry === undefined) return refuse('Empty objects are not allowed', expression.end);
  if (second !== undefined) return refuse('Only one key allowed in match expression', endOf(second[1]));
  const [operator, operand] = entry;
  if (dialect === 'mapping' && !MAPPING_OPERATORS.has(operator)) {
    return refuse(`Unrecognized match type ${operator}`, endOf(operand));
  }
  switch (operator) {
    case 'exists':
      if (operand.kind !== 'boolean')
        return refuse('exists match pattern must be either true or false.', endOf(operand));
      return operand.value ? () => true : 'absent';
    case 'equals-ignore-case':
      return onStrings(ignoringCase(stringOf(operator, operand, refuse)));
    case 'prefix':
    case 'suffix':
      return affix(operator, operand, dialect, refuse);
    case 'numeric':
      return numeric(operand, refuse);
    case 'cidr':
      return onStrings(compileCidr(stringOf(operator, operand, refuse), refuse));
    case 'wildcard':
      return onStrings(
        compileWildcard(stringOf(operator, operand, refuse), (reason) => refuse(reason, endOf(operand))),
      );
    case 'anything-but':
      return anythingBut(operand, dialect, refuse);
    default:
      return refuse(`Unrecognized match type ${operator}`, endOf(operand));
  }
}

type TextTest = (text: string) => boolean;

const onStrings =
  (test: TextTest): LeafTest =>
  (leaf) =>
    leaf.kind === 'string' && test(leaf.value);

function ignoringCase(wanted: string): TextTest {
  const lower = wanted.toLowerCase();
  return (text) => text.toLowerCase() === lower;
}

function stringOf(operator: string, operand: LosslessJson, refuse: Refuse): string {
  if (operand.kind !== 'string') return refuse(`${operator} match pattern must be a string`, endOf(operand));
  return operand.value;
}

function affix(
  operator: 'prefix' | 'suffix',
  operand: LosslessJson,
  dialect: PatternDialect,
  refuse: Refuse,
): LeafTest {
  if (operand.kind !== 'object' || dialect === 'mapping') {
    return onStrings(affixTest(operator, stringOf(operator, operand, refuse)));
  }
  const [entry, second] = operand.members;
  if (second !== undefined) refuse('Only one key allowed in match expression', endOf(second[1]));
  if (entry?.[0] !== 'equals-ignore-case')
    return refuse(`Unsupported anything-but pattern: ${entry?.[0]}`, operand.end);
  const test = affixTest(operator, stringOf('equals-ignore-case', entry[1], refuse).toLowerCase());
  return onStrings((text) => test(text.toLowerCase()));
}

const affixTest = (operator: 'prefix' | 'suffix', affix: string): TextTest =>
  operator === 'prefix' ? (text) => text.startsWith(affix) : (text) => text.endsWith(affix);

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(operand: LosslessJson, refuse: Refuse): LeafTest {
  if (operand.kind !== 'array') return refuse('Value of numeric must be an array.', endOf(operand));
  const terms = numericTerms(operand, refuse);
  const [first, second] = terms;
  if (first && second) {
    const lower = first.operator.startsWith('>') ? first : second;
    const upper = lower === first ? second : first;
    if (lower.bound >= upper.bound) refuse('Bottom must be less than top', operand.end);
  }
  return (leaf) => leaf.kind === 'number' && terms.every(({ holds, bound }) => holds(leaf.value, bound));
}

function numericTerms({ items, end }: LosslessArray, refuse: Refuse) {
  const terms = [];
  for (let index = 0; index < items.length; index += 2) {
    const operator = items[index];
    const bound = items[index + 1];
    if (operator?.kind !== 'string') return refuse('Invalid member in numeric match: must be a string', end);
    const holds = COMPARISONS[operator.value];
    if (holds === undefined) return refuse(`Unrecognized numeric range operator: ${operator.value}`, operator.end);
    if (bound?.kind !== 'number') {
      return refuse(
        `Value of ${operator.value === '=' ? 'equals' : operator.value} must be numeric`,
        bound ? endOf(bound) : end,
      );
    }
    terms.push({ operator: operator.value, holds, bound: bound.value });
  }
  if (terms.length === 0) refuse('Invalid member in numeric match: ]', end);
  checkRange(terms, end, refuse);
  return terms;
}

function checkRange(terms: readonly { readonly operator: string }[], end: number, refuse: Refuse): void {
  const [first, second] = terms;
  if (terms.length > 2) refuse('Too many terms in numeric range expression', end);
  if (first?.operator === '=' && second) refuse('Too many elements in numeric expression', end);
  if (first && second && (second.operator === '=' || first.operator[0] === second.operator[0])) {
    refuse(`Bad numeric range operator: ${second.operator}`, end);
  }
}

const MIXED_LIST = 'Inside anything but list, either all values are number or string, mixed type is not supported';
const BAD_VALUE = 'Value of anything-but must be an array or single string/number value.';

/** Any leaf but these. It needs a leaf: a field that is not there does not match. */
function anythingBut(operand: LosslessJson, dialect: PatternDialect, refuse: Refuse): LeafTest {
  switch (operand.kind) {
    case 'string':
    case 'number':
      return anythingButValues([operand]);
    case 'array':
      return anythingButValues(checkedList(operand, refuse));
    case 'object':
      if (dialect === 'mapping') return refuse(BAD_VALUE, endOf(operand));
      return anythingButTexts(operand, refuse);
    default:
      return refuse(BAD_VALUE, endOf(operand));
  }
}

function checkedList({ items, end }: LosslessArray, refuse: Refuse): readonly LosslessJson[] {
  for (const item of items) {
    if (item.kind !== 'string' && item.kind !== 'number') {
      return refuse('Inside anything but list, start|null|boolean is not supported.', [endOf(item), endOf(item)]);
    }
  }
  if (items.length === 0 || items.some(({ kind }) => kind !== items[0]?.kind)) refuse(MIXED_LIST, [end, end]);
  return items;
}

function anythingButValues(values: readonly LosslessJson[]): LeafTest {
  const texts = new Set(values.map((value) => (value.kind === 'string' ? value.value : undefined)));
  const numbers = new Set(values.map((value) => (value.kind === 'number' ? value.value : undefined)));
  return (leaf) => {
    if (leaf.kind === 'string') return !texts.has(leaf.value);
    return leaf.kind !== 'number' || !numbers.has(leaf.value);
  };
}

function anythingButTexts(operand: LosslessObject, refuse: Refuse): LeafTest {
  const [entry, second] = operand.members;
  if (entry === undefined) return refuse(BAD_VALUE, operand.end);
  if (second !== undefined) return refuse('Only one key allowed in match expression', endOf(second[1]));
  const [operator, value] = entry;
  const tests = textsOf(operator, value, refuse).map((text) => excludedText(operator, text, value, refuse));
  return (leaf) => leaf.kind !== 'string' || !tests.some((test) => test(leaf.value));
}

function textsOf(operator: string, value: LosslessJson, refuse: Refuse): readonly string[] {
  if (value.kind === 'object') return refuse(BAD_VALUE, endOf(value));
  const items = value.kind === 'array' ? value.items : [value];
  return items.map((item) => {
    if (item.kind === 'string') return item.value;
    const at = value.kind === 'array' ? [endOf(item), endOf(item)] : endOf(item);
    if (operator === 'prefix' || operator === 'suffix')
      return refuse('prefix/suffix match pattern must be a string', at);
    return refuse(`Inside anything-but/${operator} list, number|start|null|boolean is not supported.`, at);
  });
}

function excludedText(operator: string, text: string, value: LosslessJson, refuse: Refuse): TextTest {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      if (text === '') return refuse('Null prefix/suffix not allowed', endOf(value));
      return affixTest(operator, text);
    case 'equals-ignore-case':
      return ignoringCase(text);
    case 'wildcard':
      return compileWildcard(text, (reason) => refuse(reason, endOf(value)));
    default:
      return refuse(`Unsupported anything-but pattern: ${operator}`, endOf(value));
  }
}

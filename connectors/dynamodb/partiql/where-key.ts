import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import type { Comparator, Condition, Operand } from '../expressions/condition/condition.ts';
import type { KeyCondition, KeyTest } from '../expressions/key-condition/key-condition.ts';
import { definitionsOf } from '../items/item-key.ts';
import type { KeySchema } from '../table/table.ts';
import { setAttribute } from '../values/attribute-map.ts';
import { validationException } from '../values/refusal.ts';

/** What a `WHERE` says of one item's key, and what else must hold of that item. */
export interface KeyAndRest {
  readonly key: AttributeMap;
  readonly rest: Condition | undefined;
}

/** The key of the one item that a write or a point read names; `undefined` when it names none. */
export function itemKeyOf(where: Condition | undefined, schema: KeySchema): KeyAndRest | undefined {
  const rest = [...conjuncts(where)];
  const key: Record<string, AttributeValue> = {};
  for (const { name } of definitionsOf(schema)) {
    const at = rest.findIndex((condition) => testOf(condition, name)?.operator === '=');
    const value = testOf(rest[at], name)?.values[0];
    if (value === undefined) return undefined;
    setAttribute(key, name, value);
    rest.splice(at, 1);
  }
  return { key, rest: joined(rest) };
}

/** The key of the one item that a write names; refused when it names none. */
export function requiredItemKey(where: Condition | undefined, schema: KeySchema): KeyAndRest {
  const found = itemKeyOf(where, schema);
  if (found) return found;
  throw validationException('Where clause does not contain a mandatory equality on all key attributes');
}

/** What a `SELECT` reads: some partitions' ranges of sort keys, or everything; and what it lets through of that. */
export interface KeyedRead {
  /** One for each partition; `undefined`: all that the table or index has. */
  readonly ranges: readonly KeyCondition[] | undefined;
  readonly filter: Condition | undefined;
}

/** More partitions than this are not read by one statement. */
const MAX_RANGES = 50;

/** Finds the partitions that a `WHERE` names by `=` or `IN`. */
export function keyedRead(where: Condition | undefined, { hash, range }: KeySchema): KeyedRead {
  const rest = [...conjuncts(where)];
  const at = rest.findIndex((condition) => partitionsOf(condition, hash.name));
  const partitions = at === -1 ? undefined : partitionsOf(rest[at], hash.name);
  if (!partitions) return { ranges: undefined, filter: where };
  if (partitions.length > MAX_RANGES) {
    throw validationException('Too many decomposed read operations for a given query.');
  }
  rest.splice(at, 1);
  const sortAt = range ? rest.findIndex((condition) => testOf(condition, range.name)) : -1;
  const sortTest = range && testOf(rest[sortAt], range.name);
  if (sortTest) rest.splice(sortAt, 1);
  const ranges = partitions.map((value) => {
    const tests = new Map<string, KeyTest>([[hash.name, { operator: '=', values: [value] }]]);
    if (range && sortTest) tests.set(range.name, sortTest);
    return tests;
  });
  return { ranges, filter: joined(rest) };
}

function conjuncts(condition: Condition | undefined): readonly Condition[] {
  if (condition === undefined) return [];
  return condition.kind === 'and' ? condition.conditions.flatMap(conjuncts) : [condition];
}

function joined(conditions: readonly Condition[]): Condition | undefined {
  const [only] = conditions;
  return conditions.length < 2 ? only : { kind: 'and', conditions };
}

function partitionsOf(condition: Condition | undefined, name: string): readonly AttributeValue[] | undefined {
  if (condition?.kind === 'in' && isAttribute(condition.operand, name)) {
    const values = condition.candidates.flatMap((candidate) => (candidate.kind === 'value' ? [candidate.value] : []));
    return values.length === condition.candidates.length ? values : undefined;
  }
  const test = testOf(condition, name);
  return test?.operator === '=' ? test.values : undefined;
}

const TURNED: Readonly<Record<Comparator, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** What a condition asks of this key attribute; `undefined` when it is no test that an index can answer. */
function testOf(condition: Condition | undefined, name: string): KeyTest | undefined {
  switch (condition?.kind) {
    case 'compare': {
      const { left, right, operator } = condition;
      if (operator === '<>') return undefined;
      if (isAttribute(left, name) && right.kind === 'value') return { operator, values: [right.value] };
      const turned = TURNED[operator];
      if (!isAttribute(right, name) || left.kind !== 'value' || turned === '<>') return undefined;
      return { operator: turned, values: [left.value] };
    }
    case 'between': {
      const { operand, lower, upper } = condition;
      if (!isAttribute(operand, name) || lower.kind !== 'value' || upper.kind !== 'value') return undefined;
      return { operator: 'between', values: [lower.value, upper.value] };
    }
    case 'begins-with': {
      const { operand, prefix } = condition;
      if (!isAttribute(operand, name) || prefix.kind !== 'value') return undefined;
      return { operator: 'begins_with', values: [prefix.value] };
    }
    default:
      return undefined;
  }
}

function isAttribute(operand: Operand, name: string): boolean {
  return operand.kind === 'path' && operand.path.length === 1 && operand.path[0] === name;
}

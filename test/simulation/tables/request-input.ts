import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { keyAttributes, numberOf } from './attributes.ts';
import type { Change, Condition, Write } from './plan.ts';

/** The table of all runs. */
export const TableName = 'simulated';

/** A write in terms of the API: the operation and what it takes, alike alone and in a transaction. */
export interface WriteInput {
  readonly operation: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  readonly input: Readonly<Record<string, unknown>>;
}

/** The write as the API takes it. */
export function writeInput(write: Write, nowMs: number): WriteInput {
  const { does, when } = write;
  const condition = when === undefined ? EMPTY : conditionOf(when);
  const Key = keyAttributes(write);
  if (does === 'check') return { operation: 'ConditionCheck', input: join({ TableName, Key }, condition) };
  if (does === 'delete') return { operation: 'Delete', input: join({ TableName, Key }, condition) };
  if ('put' in does) {
    const { c, v, livesS } = does.put;
    const Item: AttributeMap = {
      ...Key,
      v: { S: v },
      ...(c === undefined ? {} : { c: numberOf(c) }),
      ...(livesS === undefined ? {} : { ttl: numberOf(Math.floor(nowMs / 1000) + livesS) }),
    };
    return { operation: 'Put', input: join({ TableName, Item }, condition) };
  }
  const { expression, values } = updateOf(does.update);
  return {
    operation: 'Update',
    input: join(
      { TableName, Key, UpdateExpression: expression },
      { ...condition, values: { ...condition.values, ...values } },
    ),
  };
}

interface Condensed {
  readonly expression?: string | undefined;
  readonly values: Readonly<Record<string, AttributeValue>>;
}

const EMPTY: Condensed = { values: {} };

/** Absent members stay absent: an empty map of values is refused. */
const join = (input: object, { expression, values }: Condensed): Readonly<Record<string, unknown>> => ({
  ...input,
  ...(expression === undefined ? {} : { ConditionExpression: expression }),
  ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
});

function conditionOf(condition: Condition): Condensed {
  if (condition === 'exists') return { expression: 'attribute_exists(p)', values: {} };
  if (condition === 'absent') return { expression: 'attribute_not_exists(p)', values: {} };
  if ('atLeast' in condition) return { expression: 'c >= :least', values: { ':least': numberOf(condition.atLeast) } };
  return { expression: 'v = :is', values: { ':is': { S: condition.valueIs } } };
}

function updateOf(change: Change): Condensed & { readonly expression: string } {
  if ('add' in change) return { expression: 'ADD c :x', values: { ':x': numberOf(change.add) } };
  if ('increment' in change) return { expression: 'SET c = c + :x', values: { ':x': numberOf(change.increment) } };
  if ('set' in change) return { expression: 'SET v = :x', values: { ':x': { S: change.set } } };
  if ('setOnce' in change)
    return { expression: 'SET v = if_not_exists(v, :x)', values: { ':x': { S: change.setOnce } } };
  if ('append' in change) {
    const values = { ':x': { L: [numberOf(change.append)] }, ':none': { L: [] } };
    return { expression: 'SET marks = list_append(if_not_exists(marks, :none), :x)', values };
  }
  if ('tag' in change) return { expression: 'ADD tags :x', values: { ':x': { SS: [change.tag] } } };
  if ('untag' in change) return { expression: 'DELETE tags :x', values: { ':x': { SS: [change.untag] } } };
  return { expression: `REMOVE ${change.clear}`, values: {} };
}

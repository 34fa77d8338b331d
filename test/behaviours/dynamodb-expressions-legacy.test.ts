// The older parameters say the same as expressions do, and are checked in words of their own.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
import { describe, expect, test } from 'vitest';
import { holds } from '../../connectors/dynamodb/expressions/condition/holds.ts';
import { keyRange } from '../../connectors/dynamodb/expressions/key-condition/key-range.ts';
import type { LegacyCondition } from '../../connectors/dynamodb/expressions/legacy/conditions.ts';
import type { ExpectedAttribute } from '../../connectors/dynamodb/expressions/legacy/expected.ts';
import { readExpressions } from '../../connectors/dynamodb/expressions/request.ts';
import { applyUpdate, createsItem } from '../../connectors/dynamodb/expressions/update/apply-update.ts';
import { encodeKey } from '../../connectors/dynamodb/values/key-encoding.ts';
import type { AttributeMap } from '../../src/core/records/dynamodb-change.ts';

const INVALID = 'One or more parameter values were invalid: ';
const ITEM: AttributeMap = { a: { S: 'abc' }, n: { N: '5' }, ss: { SS: ['x', 'y'] } };
const S = (text: string) => ({ S: text });
const N = (text: string) => ({ N: text });
const refused = (message: string) => expect.objectContaining({ code: 'ValidationException', message });

describe('Expected', () => {
  const condition = (Expected: Record<string, ExpectedAttribute>, ConditionalOperator?: string) =>
    readExpressions('PutItem', { Expected, ConditionalOperator }).condition;

  test.each<readonly [Record<string, ExpectedAttribute>, boolean]>([
    [{ a: { Value: S('abc') } }, true],
    [{ a: { Exists: true, Value: S('b') } }, false],
    [{ b: { Exists: false } }, true],
    [{ a: { Exists: false } }, false],
    [{ n: { ComparisonOperator: 'GT', AttributeValueList: [N('4.0')] } }, true],
    [{ n: { ComparisonOperator: 'BETWEEN', AttributeValueList: [N('1'), N('5')] } }, true],
    [{ n: { ComparisonOperator: 'IN', AttributeValueList: [N('1'), N('5')] } }, true],
    [{ a: { ComparisonOperator: 'BEGINS_WITH', Value: S('ab') } }, true],
    [{ ss: { ComparisonOperator: 'CONTAINS', Value: S('x') } }, true],
    [{ ss: { ComparisonOperator: 'NOT_CONTAINS', Value: S('x') } }, false],
    [{ a: { ComparisonOperator: 'NE', Value: S('x') } }, true],
    [{ a: { ComparisonOperator: 'NOT_NULL' }, b: { ComparisonOperator: 'NULL' } }, true],
  ])('%j is %s', (expected, result) => {
    expect(holds(condition(expected), ITEM)).toBe(result);
  });

  test('joins its tests as ConditionalOperator says', () => {
    const tests = { a: { Value: S('abc') }, n: { Value: N('6') } };
    expect(holds(condition(tests), ITEM)).toBe(false);
    expect(holds(condition(tests, 'OR'), ITEM)).toBe(true);
  });

  test.each<readonly [ExpectedAttribute, string]>([
    [{}, `${INVALID}Value must be provided when Exists is null for Attribute: a`],
    [{ Exists: true }, `${INVALID}Value must be provided when Exists is true for Attribute: a`],
    [{ Exists: false, Value: S('a') }, `${INVALID}Value cannot be used when Exists is false for Attribute: a`],
    [
      { ComparisonOperator: 'LT' },
      `${INVALID}Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a`,
    ],
    [
      { ComparisonOperator: 'LT', Exists: true },
      `${INVALID}Exists and ComparisonOperator cannot be used together for Attribute: a`,
    ],
    [
      { ComparisonOperator: 'LT', Value: S('a'), AttributeValueList: [S('a')] },
      `${INVALID}Value and AttributeValueList cannot be used together for Attribute: a`,
    ],
    [
      { AttributeValueList: [S('a')] },
      `${INVALID}AttributeValueList can only be used with a ComparisonOperator for Attribute: a`,
    ],
    [
      { ComparisonOperator: 'NULL', Value: S('a') },
      `${INVALID}Invalid number of argument(s) for the NULL ComparisonOperator`,
    ],
    [
      { ComparisonOperator: 'LIKE', Value: S('a') },
      "1 validation error detected: Value 'LIKE' at 'expected.a.member.comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS]",
    ],
  ])('%j is refused', (test, message) => {
    expect(() => condition({ a: test })).toThrowError(refused(message));
  });

  test('needs something to join for a ConditionalOperator', () => {
    expect(() => readExpressions('PutItem', { ConditionalOperator: 'OR' })).toThrowError(
      refused('ConditionalOperator cannot be used without Filter or Expected'),
    );
    expect(() => condition({ a: { Exists: false } }, 'OR')).toThrowError(
      refused('ConditionalOperator can only be used when Filter or Expected has two or more elements'),
    );
  });
});

describe('AttributeUpdates', () => {
  const read = (AttributeUpdates: Record<string, { Action?: string; Value?: unknown }>) => {
    const { update } = readExpressions('UpdateItem', { AttributeUpdates });
    if (!update) throw new Error('There is an update.');
    return update;
  };

  test('put, add and delete', () => {
    const update = read({
      a: { Value: S('new') },
      n: { Action: 'ADD', Value: N('1') },
      ss: { Action: 'DELETE', Value: { SS: ['x'] } },
      l: { Action: 'ADD', Value: { L: [N('1')] } },
      gone: { Action: 'DELETE' },
    });
    expect(applyUpdate(update, { ...ITEM, gone: S('x'), l: { L: [N('0')] } })).toEqual({
      a: S('new'),
      n: N('6'),
      ss: { SS: ['y'] },
      l: { L: [N('0'), N('1')] },
    });
    expect(createsItem(read({ a: { Action: 'DELETE' } }))).toBe(false);
  });

  test('say in their own words that the item holds another type', () => {
    const update = read({ a: { Action: 'ADD', Value: N('1') } });
    expect(() => applyUpdate(update, ITEM)).toThrowError(refused('Type mismatch for attribute to update'));
  });

  test.each<readonly [{ Action?: string; Value?: unknown }, string]>([
    [{}, `${INVALID}Only DELETE action is allowed when no attribute value is specified`],
    [{ Action: 'DELETE', Value: S('a') }, `${INVALID}DELETE action with value is not supported for the type S`],
    [{ Action: 'ADD', Value: { M: {} } }, `${INVALID}ADD action is not supported for the type M`],
  ])('%j are refused', (update, message) => {
    expect(() => read({ a: update })).toThrowError(refused(message));
  });
});

describe('filters and key conditions', () => {
  const filter = (ScanFilter: Record<string, LegacyCondition>) => readExpressions('Scan', { ScanFilter }).filter;
  const schema = { partition: { name: 'pk', type: 'S' }, sort: { name: 'sk', type: 'N' } } as const;
  const range = (KeyConditions: Record<string, LegacyCondition>) =>
    keyRange(readExpressions('Query', { KeyConditions }).keyCondition ?? new Map(), schema);

  test('let through what they say', () => {
    expect(holds(filter({ n: { ComparisonOperator: 'LE', AttributeValueList: [N('5')] } }), ITEM)).toBe(true);
    expect(holds(filter({ a: { ComparisonOperator: 'NULL' } }), ITEM)).toBe(false);
    expect(filter({})).toBeUndefined();
  });

  test('point to a part of an index', () => {
    const pk = { ComparisonOperator: 'EQ', AttributeValueList: [S('x')] };
    const sk = { ComparisonOperator: 'LT', AttributeValueList: [N('7')] };
    const seven = encodeKey(N('7'));
    expect(range({ pk, sk })).toEqual({ partition: 'x', to: seven });
  });

  test.each<readonly [Record<string, LegacyCondition>, string]>([
    [
      { pk: { ComparisonOperator: 'EQ', AttributeValueList: [] } },
      `${INVALID}Invalid number of argument(s) for the EQ ComparisonOperator`,
    ],
    [
      { pk: { ComparisonOperator: 'BETWEEN', AttributeValueList: [S('a'), N('1')] } },
      `${INVALID}AttributeValues inside AttributeValueList must be of same type`,
    ],
    [
      { pk: { ComparisonOperator: 'LT', AttributeValueList: [{ SS: ['a'] }] } },
      `${INVALID}ComparisonOperator LT is not valid for SS AttributeValue type`,
    ],
    [
      { pk: { ComparisonOperator: 'BETWEEN', AttributeValueList: [S('b'), S('a')] } },
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    ],
    [{}, 'Conditions can be of length 1 or 2 only'],
    [{ pk: { ComparisonOperator: 'NULL' } }, 'Attempted conditional constraint is not an indexable operation'],
    [{ pk: { ComparisonOperator: 'GT', AttributeValueList: [S('a')] } }, 'Query key condition not supported'],
    [{ c: { ComparisonOperator: 'NULL' } }, 'Query condition missed key schema element: pk'],
  ])('%j are refused', (conditions, message) => {
    expect(() => range(conditions)).toThrowError(refused(message));
  });
});

test('AttributesToGet names whole attributes, each once', () => {
  expect(readExpressions('GetItem', { AttributesToGet: ['a', 'b.c'] }).projection).toEqual([['a'], ['b.c']]);
  expect(() => readExpressions('GetItem', { AttributesToGet: ['a', 'a'] })).toThrowError(
    refused(`${INVALID}Duplicate value in attribute name: a`),
  );
});

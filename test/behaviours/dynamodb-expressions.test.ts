// Expressions: how they are read, what AWS says of those it refuses, and what they come to.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
import { describe, expect, test } from 'vitest';
import { holds } from '../../connectors/dynamodb/expressions/condition/holds.ts';
import { keyRange } from '../../connectors/dynamodb/expressions/key-condition/key-range.ts';
import {
  checkExpressionParameters,
  type ExpressionInput,
  type ExpressionOperation,
} from '../../connectors/dynamodb/expressions/parameters.ts';
import { project } from '../../connectors/dynamodb/expressions/projection/project.ts';
import { readExpressions } from '../../connectors/dynamodb/expressions/request.ts';
import { applyUpdate, createsItem, updatedPaths } from '../../connectors/dynamodb/expressions/update/apply-update.ts';
import { encodeKey } from '../../connectors/dynamodb/values/key-encoding.ts';
import type { AttributeMap, AttributeValue } from '../../src/core/records/dynamodb-change.ts';

const VALUES = {
  ':s': { S: 'a' },
  ':n': { N: '1' },
  ':b': { B: Buffer.from('a') },
  ':t': { BOOL: true },
  ':l': { L: [{ N: '1' }] },
  ':m': { M: {} },
  ':ss': { SS: ['a'] },
} satisfies Record<string, AttributeValue>;
const NAMES = { '#a': 'a', '#b': 'b', '#three': '[3]' };

/** Reads with every placeholder there is defined, and none of them unused. */
function read(operation: ExpressionOperation, input: ExpressionInput) {
  const text = Object.values(input).join(' ');
  const used = <T>(all: Readonly<Record<string, T>>) => {
    const entries = Object.entries(all).filter(([name]) => new RegExp(`${name}(?!\\w)`).test(text));
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
  const placeholders = { ExpressionAttributeNames: used(NAMES), ExpressionAttributeValues: used(VALUES) };
  return readExpressions(operation, { ...placeholders, ...input });
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ValidationException' });
    return (error as Error).message;
  }
  throw new Error('It was not refused.');
}

const conditionRefusal = (text: string) => refusal(() => read('PutItem', { ConditionExpression: text }));
const updateRefusal = (text: string) => refusal(() => read('UpdateItem', { UpdateExpression: text }));

describe('a condition', () => {
  test.each([
    ['', 'The expression can not be empty;'],
    ['foo', 'Syntax error; token: "<EOF>", near: "foo"'],
    ['attribute_not_exists(', 'Syntax error; token: "<EOF>", near: "("'],
    ['a > now()', 'Syntax error; token: ")", near: "()"'],
    ['a = = :s', 'Syntax error; token: "=", near: "= = :s"'],
    ['remove([1])', 'Syntax error; token: "[", near: "([1"'],
    ['a = 1', 'Syntax error; token: "1", near: "= 1"'],
    ['(a = :s', 'Syntax error; token: "<EOF>", near: ":s"'],
    ['a = :s)', 'Syntax error; token: ")", near: ":s)"'],
    ['a = :s OR b', 'Syntax error; token: "<EOF>", near: "b"'],
    ['_a = :s', 'Syntax error; token: "_", near: "_a"'],
    ['((a = :s))', 'The expression has redundant parentheses;'],
    ['((a)) = :s', 'The expression has redundant parentheses;'],
    ['abOrt = :s', 'Attribute name is a reserved keyword; reserved keyword: abOrt'],
    ['a.item = :s', 'Attribute name is a reserved keyword; reserved keyword: item'],
    ['attribute_exist(a)', 'Invalid function name; function: attribute_exist'],
    ['if_not_exists(a, :s) = :s', 'The function is not allowed in a condition expression; function: if_not_exists'],
    ['size(a)', 'The function is not allowed to be used this way in an expression; function: size'],
    ['contains(a, :s) = :t', 'The function is not allowed to be used this way in an expression; function: contains'],
    ['#c = :s', 'An expression attribute name used in the document path is not defined; attribute name: #c'],
    ['a = :c', 'An expression attribute value used in expression is not defined; attribute value: :c'],
    ['a[9999999999] = :s', 'List index is not within the allowable range; index: [9999999999]'],
    [
      'attribute_exists(a, b)',
      'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2',
    ],
    [
      '#a.b[0] <> a.#b[0]',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: <>, first operand: [a, b, [0]]',
    ],
    [
      'contains(#a, a)',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]',
    ],
    ['attribute_exists(:s)', 'Operator or function requires a document path; operator or function: attribute_exists'],
    [
      'begins_with(a, :n)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    ['a < :t', 'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL'],
    ['size(:n) = a', 'Incorrect operand type for operator or function; operator or function: size, operand type: N'],
    [
      'attribute_type(a, :n)',
      'Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N',
    ],
    [
      'attribute_type(a, :s)',
      'Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    [
      'a BETWEEN :s AND :n',
      'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}',
    ],
    [
      `a IN (${Array(101).fill(':s').join(', ')})`,
      'The IN operator is provided with too many operands; number of operands: 101',
    ],
    [`${'a'.repeat(4092)} = :s`, 'Expression size has exceeded the maximum allowed size; expression size: 4097'],
  ])('%s is refused', (text, message) => {
    expect(conditionRefusal(text)).toBe(`Invalid ConditionExpression: ${message}`);
  });

  test('of endless parentheses is refused, not run out of stack', () => {
    expect(conditionRefusal('('.repeat(4000))).toMatch(/redundant parentheses/);
  });

  test('names its parameter in a refusal', () => {
    const message = 'Invalid FilterExpression: Syntax error; token: "<EOF>", near: "foo"';
    expect(refusal(() => read('Scan', { FilterExpression: 'foo' }))).toBe(message);
  });

  const ITEM: AttributeMap = {
    a: { S: 'abc' },
    n: { N: '5' },
    b: { B: Buffer.from('xyz') },
    l: { L: [{ S: 'a' }, { M: { deep: { N: '1' } } }] },
    ss: { SS: ['a', 'b'] },
    ns: { NS: ['1', '2'] },
    bs: { BS: [Buffer.from('a')] },
    nil: { NULL: true },
  };
  test.each([
    ['a = :s', false],
    ['a <> :s', true],
    ['nowhere <> :s', true],
    ['nowhere = :s', false],
    ['n > :n AND n <> :s', true],
    ['a > :n', false],
    ['n BETWEEN :n AND size(a)', false],
    ['size(a) = size(b)', true],
    ['size(l) > :n', true],
    ['size(n) > :n', false],
    ['begins_with(a, :s)', true],
    ['begins_with(n, :s)', false],
    ['contains(a, :s) AND contains(l, :s) AND contains(ss, :s)', true],
    ['contains(ns, :n) AND NOT contains(ns, :s)', true],
    ['contains(bs, :b)', true],
    ['attribute_exists(l[1].deep) AND attribute_not_exists(l[2])', true],
    ['attribute_exists(a.b)', false],
    ['attribute_exists(nil)', true],
    [':n IN (nowhere, l[1].deep)', true],
    ['n IN (:s, :n)', false],
    ['NOT n = :n AND a <> :s', true],
    ['a = :s OR a <> :s AND n = :n', false],
    ['(a = :s OR a <> :s) AND n > :n', true],
    ['not (a = :s or n = :n)', true],
    ['(l[1]).deep = :n', true],
  ])('%s is %s', (text, expected) => {
    expect(holds(read('PutItem', { ConditionExpression: text }).condition, ITEM)).toBe(expected);
  });

  test('of a missing item sees no attributes', () => {
    const { condition } = read('PutItem', { ConditionExpression: 'attribute_not_exists(a)' });
    expect(holds(condition, undefined)).toBe(true);
    expect(holds(undefined, undefined)).toBe(true);
  });

  test('tells a type by its name', () => {
    const input = {
      ConditionExpression: 'attribute_type(l, :type)',
      ExpressionAttributeValues: { ':type': { S: 'L' } },
    };
    expect(holds(readExpressions('PutItem', input).condition, ITEM)).toBe(true);
  });
});

describe('an update', () => {
  test.each([
    ['', 'The expression can not be empty;'],
    ['INVALID SYNTAX HERE', 'Syntax error; token: "INVALID", near: "INVALID SYNTAX"'],
    ['set a', 'Syntax error; token: "<EOF>", near: "a"'],
    ['set a = set', 'Syntax error; token: "set", near: "= set"'],
    ['remove a = b', 'Syntax error; token: "=", near: "a = b"'],
    ['delete a b', 'Syntax error; token: "b", near: "a b"'],
    ['set :a = b', 'Syntax error; token: ":a", near: "set :a ="'],
    ['set a = b * c', 'Syntax error; token: "*", near: "b * c"'],
    ['set a = b + c + d', 'Syntax error; token: "+", near: "c + d"'],
    ['set a[1] = "eight"', 'Syntax error; token: """, near: "= "eight"'],
    ['set a = (b.c).d + e', 'Syntax error; token: ".", near: ").d"'],
    [' set #c = :c set abOrt = true ', 'Attribute name is a reserved keyword; reserved keyword: abOrt'],
    ['set #c = if_not_exist(:c) set c = d', 'Invalid function name; function: if_not_exist'],
    ['set a = size(b)', 'The function is not allowed in an update expression; function: size'],
    ['remove #d set a = b remove e', 'The "REMOVE" section can only be used once in an update expression;'],
    [
      'SET #c = if_not_exists(:c)',
      'An expression attribute name used in the document path is not defined; attribute name: #c',
    ],
    [
      'SET #a = if_not_exists(:c)',
      'An expression attribute value used in expression is not defined; attribute value: :c',
    ],
    [
      'set d[1] = a, d.b = a, c[1].a = a, c = if_not_exists(a)',
      'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [c, [1], a], path two: [c]',
    ],
    [
      'set c[3].#three = a, c.#three[3] = if_not_exists(a)',
      'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [c, [3], [3]], path two: [c, [3], [3]]',
    ],
    [
      'set b = list_append(:s, a), c = if_not_exists(a) add a.b :s',
      'Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND',
    ],
    [
      'delete a.b :n',
      'Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND',
    ],
    [
      'set a = list_append(c)',
      'Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1',
    ],
    [
      'set a = if_not_exists(if_not_exists(a, b), c)',
      'Operator or function requires a document path; operator or function: if_not_exists',
    ],
    [
      'set a = list_append(:n, a)',
      'Incorrect operand type for operator or function; operator or function: list_append, operand type: N',
    ],
    ['set a = a + :ss', 'Incorrect operand type for operator or function; operator or function: +, operand type: SS'],
    ['set a = :l - a', 'Incorrect operand type for operator or function; operator or function: -, operand type: L'],
  ])('%s is refused', (text, message) => {
    expect(updateRefusal(text)).toBe(`Invalid UpdateExpression: ${message}`);
  });

  const ITEM: AttributeMap = {
    a: { S: 'x' },
    n: { N: '5' },
    l: { L: [{ S: 'p' }, { S: 'q' }, { S: 'r' }] },
    m: { M: { k: { N: '1' } } },
    ss: { SS: ['a', 'b'] },
  };
  const apply = (text: string, item = ITEM) => {
    const { update } = read('UpdateItem', { UpdateExpression: text });
    return update ? applyUpdate(update, item) : item;
  };
  test.each<readonly [string, AttributeMap]>([
    ['SET a = n, n = a', { a: { N: '5' }, n: { S: 'x' } }],
    ['set b = n + :n remove a', { a: undefined, b: { N: '6' } } as unknown as AttributeMap],
    ['SET n = (n - :n)', { n: { N: '4' } }],
    ['SET m.k = m.k + n, m.j = :s', { m: { M: { k: { N: '6' }, j: { S: 'a' } } } }],
    ['SET b = if_not_exists(b, :n), n = if_not_exists(n, :s)', { b: { N: '1' } }],
    ['SET l = list_append(l, :l)', { l: { L: [{ S: 'p' }, { S: 'q' }, { S: 'r' }, { N: '1' }] } }],
    ['SET l[9] = :s, l[7] = :n', { l: { L: [{ S: 'p' }, { S: 'q' }, { S: 'r' }, { N: '1' }, { S: 'a' }] } }],
    ['REMOVE l[0], l[2] SET l[1] = :n', { l: { L: [{ N: '1' }] } }],
    ['ADD n :n, fresh :n, ss :ss, news :ss', { n: { N: '6' }, fresh: { N: '1' }, news: { SS: ['a'] } }],
    ['DELETE ss :ss, gone :ss', { ss: { SS: ['b'] } }],
    ['REMOVE nowhere, m.nothing, l[8]', {}],
  ])('%s', (text, changed) => {
    const expected = Object.fromEntries(
      Object.entries({ ...ITEM, ...changed }).filter(([, value]) => value !== undefined),
    );
    expect(apply(text)).toEqual(expected);
  });

  test('leaves no empty set behind', () => {
    expect(apply('DELETE ss :ss', { ss: { SS: ['a'] } })).toEqual({});
  });

  test('leaves the old item as it was', () => {
    const before = structuredClone(ITEM);
    apply('SET l[0] = :n, m.k = :s REMOVE a ADD ss :ss');
    expect(ITEM).toEqual(before);
  });

  const WRONG_TYPE = 'An operand in the update expression has an incorrect data type';
  const WRONG_PATH = 'The document path provided in the update expression is invalid for update';
  test.each([
    ['SET a = a + :n', WRONG_TYPE],
    ['SET l = list_append(a, :l)', WRONG_TYPE],
    ['ADD a :n', WRONG_TYPE],
    ['DELETE n :ss', WRONG_TYPE],
    ['SET b = nowhere', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET b = nowhere + :n', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET nowhere.b = :n', WRONG_PATH],
    ['SET a.b = :n', WRONG_PATH],
    ['SET m[0] = :n', WRONG_PATH],
    ['REMOVE nowhere.b', WRONG_PATH],
  ])('%s is refused by what the item holds', (text, message) => {
    expect(refusal(() => apply(text))).toBe(message);
  });

  test('nests no deeper than an item may', () => {
    const nested = (levels: number): AttributeValue => (levels === 0 ? { S: '' } : { L: [nested(levels - 1)] });
    const item = { m: { M: {} }, deep: nested(31), shallow: nested(30) };
    expect(apply('SET m.k = shallow', item)).toEqual({ ...item, m: { M: { k: nested(30) } } });
    expect(refusal(() => apply('SET m.k = deep', item))).toMatch(/^Nesting Levels have exceeded supported limits/);
  });

  test('that only takes away makes no item', () => {
    const update = (text: string) =>
      read('UpdateItem', { UpdateExpression: text }).update ?? { actions: [], typeMismatch: '' };
    expect(createsItem(update('REMOVE a DELETE b :ss'))).toBe(false);
    expect(createsItem(update('REMOVE a ADD b :ss'))).toBe(true);
    expect(updatedPaths(update('REMOVE a SET b[1].c = :n'))).toEqual([['a'], ['b', 1, 'c']]);
  });
});

describe('a projection', () => {
  const ITEM: AttributeMap = {
    a: { M: { b: { S: 'bb' }, c: { S: 'cc' } } },
    l: { L: [{ S: 'l0' }, { M: { x: { N: '1' }, y: { N: '2' } } }, { S: 'l2' }] },
    z: { S: 'z' },
  };
  test.each<readonly [string, AttributeMap]>([
    ['z, nowhere', { z: { S: 'z' } }],
    ['a.b', { a: { M: { b: { S: 'bb' } } } }],
    ['a.b, a.c', { a: { M: { b: { S: 'bb' }, c: { S: 'cc' } } } }],
    ['l[2], l[0], l[7]', { l: { L: [{ S: 'l0' }, { S: 'l2' }] } }],
    ['l[1].y', { l: { L: [{ M: { y: { N: '2' } } }] } }],
    ['a.nothing, z.b, l.x', {}],
  ])('%s', (text, expected) => {
    expect(project(read('GetItem', { ProjectionExpression: text }).projection ?? [], ITEM)).toEqual(expected);
  });

  test.each([
    ['', 'The expression can not be empty;'],
    ['a,', 'Syntax error; token: "<EOF>", near: ","'],
    ['a b', 'Syntax error; token: "b", near: "a b"'],
    ['data', 'Attribute name is a reserved keyword; reserved keyword: data'],
    ['#undefined', 'An expression attribute name used in the document path is not defined; attribute name: #undefined'],
    [
      'z, #a.b, a',
      'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]',
    ],
    [
      'a.b, a[1]',
      'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]',
    ],
  ])('%s is refused', (text, message) => {
    const refused = refusal(() => read('GetItem', { ProjectionExpression: text }));
    expect(refused).toBe(`Invalid ProjectionExpression: ${message}`);
  });
});

describe('a key condition', () => {
  const SCHEMA = { partition: { name: 'pk', type: 'S' }, sort: { name: 'sk', type: 'N' } } as const;
  const range = (text: string, schema: Parameters<typeof keyRange>[1] = SCHEMA) => {
    const { keyCondition } = read('Query', { KeyConditionExpression: text });
    return keyRange(keyCondition ?? new Map(), schema);
  };
  const ONE = encodeKey({ N: '1' });
  const BEHIND_ONE = `${ONE}\0`;

  test.each<readonly [string, object]>([
    ['pk = :s', {}],
    ['(pk = :s AND (sk = :n))', { from: ONE, to: BEHIND_ONE }],
    ['sk < :n AND pk = :s', { to: ONE }],
    [':s = pk AND :n < sk', { from: BEHIND_ONE }],
    ['pk = :s AND sk <= :n', { to: BEHIND_ONE }],
    ['pk = :s AND sk >= :n', { from: ONE }],
    ['pk = :s AND sk BETWEEN :n AND :n', { from: ONE, to: BEHIND_ONE }],
  ])('%s', (text, expected) => {
    expect(range(text)).toEqual({ partition: 'a', ...expected });
  });

  test('of a prefix holds all that begins with it, and nothing else', () => {
    const schema = { partition: SCHEMA.partition, sort: { name: 'sk', type: 'B' } } as const;
    const { from = '', to = '' } = range('pk = :s AND begins_with(sk, :b)', schema);
    const within = (bytes: Uint8Array) => encodeKey({ B: bytes }) >= from && encodeKey({ B: bytes }) < to;
    expect(within(Buffer.from('a'))).toBe(true);
    expect(within(Buffer.concat([Buffer.from('a'), Buffer.alloc(1023, 0xff)]))).toBe(true);
    expect(within(Buffer.from('b'))).toBe(false);
    expect(within(Buffer.from('`'))).toBe(false);
  });

  test.each([
    ['pk = :s OR sk = :n', 'Invalid operator used in KeyConditionExpression: OR'],
    ['NOT pk = :s', 'Invalid operator used in KeyConditionExpression: NOT'],
    ['pk <> :s', 'Invalid operator used in KeyConditionExpression: <>'],
    ['pk IN (:s)', 'Invalid operator used in KeyConditionExpression: IN'],
    ['attribute_exists(pk)', 'Invalid operator used in KeyConditionExpression: attribute_exists'],
    ['pk = :s AND size(sk) = :n', 'KeyConditionExpressions cannot contain nested operations'],
    ['pk = :s AND sk.foo = :n', 'KeyConditionExpressions cannot have conditions on nested attributes'],
    ['pk = :s AND pk = :s', 'KeyConditionExpressions must only contain one condition per key'],
    ['pk = sk', 'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition'],
    [':s = :s', 'Invalid condition in KeyConditionExpression: No key attribute specified'],
    [
      'pk = :s AND :n BETWEEN sk AND :n',
      'Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand',
    ],
    ['sk = :n', 'Query condition missed key schema element: pk'],
    ['pk = :s AND x = :n', 'Query condition missed key schema element: sk'],
    ['pk > :s', 'Query key condition not supported'],
    ['pk = :n', 'One or more parameter values were invalid: Condition parameter type does not match schema type'],
  ])('%s is refused', (text, message) => {
    expect(refusal(() => range(text))).toBe(message);
  });

  test('of a table without sort key tests only the partition', () => {
    const message = 'Query key condition not supported';
    expect(refusal(() => range('pk = :s AND sk = :n', { partition: SCHEMA.partition }))).toBe(message);
  });
});

describe('the parameters of a request', () => {
  test.each<readonly [ExpressionOperation, ExpressionInput, string]>([
    [
      'UpdateItem',
      { AttributeUpdates: {}, Expected: {}, UpdateExpression: '', ConditionExpression: '' },
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributeUpdates, Expected} Expression parameters: {UpdateExpression, ConditionExpression}',
    ],
    [
      'PutItem',
      { ExpressionAttributeNames: {} },
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
    [
      'UpdateItem',
      { ExpressionAttributeValues: {} },
      'ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null',
    ],
    [
      'PutItem',
      { ExpressionAttributeValues: {} },
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    ],
    [
      'PutItem',
      { ConditionalOperator: 'XOR' },
      "1 validation error detected: Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: Member must satisfy enum value set: [OR, AND]",
    ],
  ])('of %s: %j are refused', (operation, input, message) => {
    expect(refusal(() => checkExpressionParameters(operation, input))).toBe(message);
  });

  test('may name keys in the older way beside a projection', () => {
    expect(() => checkExpressionParameters('Query', { KeyConditions: {}, ProjectionExpression: 'a' })).not.toThrow();
  });

  test.each<readonly [ExpressionInput, string]>([
    [{ ExpressionAttributeNames: {} }, 'ExpressionAttributeNames must not be empty'],
    [{ ExpressionAttributeValues: {} }, 'ExpressionAttributeValues must not be empty'],
    [{ ExpressionAttributeNames: { a: 'a' } }, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"'],
    [
      { ExpressionAttributeValues: { ':b': {}, b: { S: 'a' } } },
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "b"',
    ],
    [
      { ExpressionAttributeNames: { '#n': '' } },
      'ExpressionAttributeNames contains invalid value: Empty attribute name for key #n',
    ],
    [
      { ExpressionAttributeValues: { ':b': { NS: ['1', 'b'] } } },
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: b for key :b',
    ],
    [
      { ExpressionAttributeNames: { '#x': 'a' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}',
    ],
    [
      { ExpressionAttributeValues: { ':x': { S: 'a' } } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}',
    ],
  ])('%j are refused', (input, message) => {
    const request = { ConditionExpression: 'attribute_exists(a)', ...input };
    expect(refusal(() => readExpressions('PutItem', request))).toBe(message);
  });

  test('of a query name its keys', () => {
    const message = 'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.';
    expect(refusal(() => readExpressions('Query', {}))).toBe(message);
  });
});

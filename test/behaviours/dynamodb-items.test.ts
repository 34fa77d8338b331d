// What is put into a table can be read back, changed and deleted, each as one.
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
import { describe, expect, test } from 'vitest';
import { expectRefusal, keyed, startDynamodb, TABLE_ARN } from './dynamodb-fixture.ts';

const ALICE = { id: { S: 'alice' }, age: { N: '7' } };
const KEY = { id: { S: 'alice' } };
const TOO_LARGE = 'Item size has exceeded the maximum allowed size';

/** A table with a global index. */
const byTown = (ProjectionType: string) =>
  keyed('S', {
    AttributeDefinitions: ['id', 'town'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-town',
        KeySchema: [{ AttributeName: 'town', KeyType: 'HASH' }],
        Projection: { ProjectionType },
      },
    ],
  });

describe('an item', () => {
  test('is read back as it was put, with its numbers in canonical form', async () => {
    const { put, get } = await startDynamodb().table('people');
    expect(await put({ ...ALICE, age: { N: '07.0' } })).toEqual({});
    expect(await get(KEY)).toEqual(ALICE);
    expect(await get({ id: { S: 'bob' } })).toBeUndefined();
  });

  test('is replaced by another put', async () => {
    const { put, get } = await startDynamodb().table('people');
    await put(ALICE);
    const answer = await put({ ...KEY, town: { S: 'Oz' } }, { ReturnValues: 'ALL_OLD' });
    expect(answer).toEqual({ Attributes: ALICE });
    expect(await get(KEY)).toEqual({ ...KEY, town: { S: 'Oz' } });
  });

  test('is deleted, and that there is none is no error', async () => {
    const { put, get, remove } = await startDynamodb().table('people');
    await put(ALICE);
    expect(await remove(KEY, { ReturnValues: 'ALL_OLD' })).toEqual({ Attributes: ALICE });
    expect(await remove(KEY, { ReturnValues: 'ALL_OLD' })).toEqual({});
    expect(await get(KEY)).toBeUndefined();
  });

  test('is found by the ARN of its table too', async () => {
    const { table, call } = startDynamodb();
    await (await table('people')).put(ALICE);
    expect(await call('GetItem', { TableName: `${TABLE_ARN}people`, Key: KEY })).toEqual({ Item: ALICE });
  });

  test('is one only with all of its key', async () => {
    const { put, get } = await startDynamodb().table('log', keyed('SN'));
    await put({ id: { S: 'a' }, nr: { N: '1' }, text: { S: 'first' } });
    await put({ id: { S: 'a' }, nr: { N: '10' }, text: { S: 'second' } });
    expect(await get({ id: { S: 'a' }, nr: { N: '1.0' } })).toMatchObject({ text: { S: 'first' } });
    expect(await get({ id: { S: 'a' }, nr: { N: '2' } })).toBeUndefined();
  });

  test('is read in part', async () => {
    const { put, get } = await startDynamodb().table('people');
    await put({ ...ALICE, tags: { L: [{ S: 'x' }, { S: 'y' }] } });
    const names = { '#t': 'tags' };
    const part = await get(KEY, { ProjectionExpression: 'age, #t[1]', ExpressionAttributeNames: names });
    expect(part).toEqual({ age: { N: '7' }, tags: { L: [{ S: 'y' }] } });
  });
});

describe('a key', () => {
  test('may consist of attributes of any name', async () => {
    const name = '__proto__';
    const definition = {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [name, 'town'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
      GlobalSecondaryIndexes: ['KEYS_ONLY', 'INCLUDE'].map((ProjectionType) => ({
        IndexName: ProjectionType,
        KeySchema: [{ AttributeName: 'town', KeyType: 'HASH' }],
        Projection: { ProjectionType, ...(ProjectionType === 'INCLUDE' && { NonKeyAttributes: ['age'] }) },
      })),
    };
    const { put, get, scan, remove } = await startDynamodb().table('odd', definition);
    const [first, second] = ['a', 'b'].map((value) => ({ [name]: { S: value } }));
    for (const key of [first, second]) await put({ ...key, town: { S: 'Oz' }, age: { N: '7' } });
    expect(await get(first ?? {})).toEqual({ ...first, town: { S: 'Oz' }, age: { N: '7' } });
    const { LastEvaluatedKey } = await scan({ Limit: 1 });
    expect((await scan({ ExclusiveStartKey: LastEvaluatedKey })).Items).toHaveLength(1);
    const inIndex = async (IndexName: string) => (await scan({ IndexName })).Items.map(Object.entries);
    const keys = ['a', 'b'].map((value) => [
      [name, { S: value }],
      ['town', { S: 'Oz' }],
    ]);
    expect(await inIndex('KEYS_ONLY')).toEqual(keys);
    expect(await inIndex('INCLUDE')).toEqual(keys.map((each) => [...each, ['age', { N: '7' }]]));
    await remove(first ?? {});
    expect((await scan()).Items).toHaveLength(1);
  });

  const refused: readonly (readonly [what: string, item: object, message: string])[] = [
    ['that is missing', { x: { S: '' } }, 'One or more parameter values were invalid: Missing the key id in the item'],
    [
      'of another type',
      { id: { N: '1' } },
      'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
    ],
    [
      'that is empty',
      { id: { S: '' } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
    [
      'that is too long',
      { id: { S: 'x'.repeat(2049) } },
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
  ];
  test.each(refused)('%s is refused', async (_what, item, message) => {
    const { put } = await startDynamodb().table('people');
    await expectRefusal(put(item), 'ValidationException', message);
  });

  test('that is none of the table is refused', async () => {
    const { get, remove, change } = await startDynamodb().table('people');
    const message = 'The provided key element does not match the schema';
    for (const key of [{}, { id: { N: '1' } }, { ...KEY, more: { S: '' } }]) {
      await expectRefusal(get(key), 'ValidationException', message);
      await expectRefusal(remove(key), 'ValidationException', message);
      await expectRefusal(change({ Key: key }), 'ValidationException', message);
    }
  });

  test('as long as it may be is kept apart from all others', async () => {
    const { put, get } = await startDynamodb().table('log', keyed('SS'));
    const id = { S: 'é'.repeat(1024) };
    const nr = { S: 'ü'.repeat(512) };
    await put({ id, nr, found: { BOOL: true } });
    expect(await get({ id, nr })).toMatchObject({ found: { BOOL: true } });
    expect(await get({ id, nr: { S: 'ü'.repeat(511) } })).toBeUndefined();
  });

  test('of an index must have its type, and is not empty', async () => {
    const { put } = await startDynamodb().table('people', byTown('ALL'));
    await expectRefusal(
      put({ ...KEY, town: { N: '1' } }),
      'ValidationException',
      'One or more parameter values were invalid: Type mismatch for Index Key town Expected: S Actual: N IndexName: by-town',
    );
    await expectRefusal(
      put({ ...KEY, town: { S: '' } }),
      'ValidationException',
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by-town, IndexKey: town',
    );
    await put(KEY);
  });
});

describe('an update', () => {
  test('makes an item where there is none', async () => {
    const { change, get } = await startDynamodb().table('people');
    expect(await change({ Key: KEY })).toEqual({});
    expect(await get(KEY)).toEqual(KEY);
    const values = { ExpressionAttributeValues: { ':n': { N: '1' } } };
    await change({ Key: { id: { S: 'bob' } }, UpdateExpression: 'ADD visits :n', ...values });
    expect(await get({ id: { S: 'bob' } })).toEqual({ id: { S: 'bob' }, visits: { N: '1' } });
  });

  test('returns what was asked for', async () => {
    const { put, change } = await startDynamodb().table('people');
    await put({ ...ALICE, town: { S: 'Oz' } });
    const older = (ReturnValues: string) =>
      change({
        Key: KEY,
        UpdateExpression: 'SET age = age + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues,
      });
    expect(await older('UPDATED_OLD')).toEqual({ Attributes: { age: { N: '7' } } });
    expect(await older('UPDATED_NEW')).toEqual({ Attributes: { age: { N: '9' } } });
    expect(await older('ALL_OLD')).toEqual({ Attributes: { ...ALICE, age: { N: '9' }, town: { S: 'Oz' } } });
    expect(await older('ALL_NEW')).toEqual({ Attributes: { ...ALICE, age: { N: '11' }, town: { S: 'Oz' } } });
    expect(await older('NONE')).toEqual({});
  });

  test('cannot change the key', async () => {
    const { change } = await startDynamodb().table('people');
    const changing = change({
      Key: KEY,
      UpdateExpression: 'SET id = :id',
      ExpressionAttributeValues: { ':id': { S: 'bob' } },
    });
    const message =
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key';
    await expectRefusal(changing, 'ValidationException', message);
  });

  test('that many make at once of one item counts each of them', async () => {
    const { change, get } = await startDynamodb().table('people');
    const add = () =>
      change({ Key: KEY, UpdateExpression: 'ADD visits :one', ExpressionAttributeValues: { ':one': { N: '1' } } });
    await Promise.all(Array.from({ length: 200 }, add));
    expect(await get(KEY)).toMatchObject({ visits: { N: '200' } });
  });
});

describe('a condition', () => {
  test('that fails leaves the item as it is, and returns it on request', async () => {
    const { put, get } = await startDynamodb().table('people');
    const create = { ConditionExpression: 'attribute_not_exists(id)' };
    await put(ALICE, create);
    const again = put({ ...KEY, town: { S: 'Oz' } }, { ...create, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
    const error = await expectRefusal(again, 'ConditionalCheckFailedException', 'The conditional request failed');
    expect(error.options.members).toEqual({ Item: ALICE });
    expect(await get(KEY)).toEqual(ALICE);
  });

  test('lets only one of many through', async () => {
    const { put } = await startDynamodb().table('people');
    const create = { ConditionExpression: 'attribute_not_exists(id)' };
    const puts = await Promise.allSettled(Array.from({ length: 50 }, () => put(ALICE, create)));
    expect(puts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an item of more than 400 KB', () => {
  const large = (bytes: number) => ({ ...KEY, text: { S: 'x'.repeat(bytes - 'idalicetext'.length) } });

  test('is refused, and one of just as much is not', async () => {
    const { put } = await startDynamodb().table('people');
    await put(large(400 * 1024));
    await expectRefusal(put(large(400 * 1024 + 1)), 'ValidationException', TOO_LARGE);
  });

  test('does not come of an update either', async () => {
    const { put, change, get } = await startDynamodb().table('people');
    await put(large(400 * 1024));
    const growing = change({
      Key: KEY,
      UpdateExpression: 'SET a = :a',
      ExpressionAttributeValues: { ':a': { S: '' } },
    });
    await expectRefusal(growing, 'ValidationException', 'Item size to update has exceeded the maximum allowed size');
    expect(await get(KEY)).not.toHaveProperty('a');
  });
});

describe('consumed capacity', () => {
  test('is told of the table, and of its indexes that changed', async () => {
    const { put, remove } = await startDynamodb().table('people', byTown('KEYS_ONLY'));
    const wanted = { ReturnConsumedCapacity: 'INDEXES' };
    const used = async (item: object) => (await put(item, wanted)).ConsumedCapacity;
    expect(await used(ALICE)).toEqual({ TableName: 'people', CapacityUnits: 1, Table: { CapacityUnits: 1 } });
    const oz = { ...ALICE, town: { S: 'Oz' } };
    const GlobalSecondaryIndexes = { 'by-town': { CapacityUnits: 1 } };
    expect(await used(oz)).toMatchObject({ CapacityUnits: 2, Table: { CapacityUnits: 1 }, GlobalSecondaryIndexes });
    expect(await used({ ...oz, text: { S: 'x'.repeat(2000) } })).toMatchObject({ CapacityUnits: 2 });
    expect(await used({ ...oz, town: { S: 'Kansas' } })).toMatchObject({
      CapacityUnits: 4,
      GlobalSecondaryIndexes: { 'by-town': { CapacityUnits: 2 } },
    });
    expect(await remove(KEY, { ReturnConsumedCapacity: 'TOTAL' })).toEqual({
      ConsumedCapacity: { TableName: 'people', CapacityUnits: 2 },
    });
  });

  test('of a read is half unless it asked to be consistent', async () => {
    const { table, call } = startDynamodb();
    await (await table('people')).put({ ...KEY, text: { S: 'x'.repeat(5000) } });
    const used = async (more: object) => {
      const input = { TableName: 'people', Key: KEY, ReturnConsumedCapacity: 'TOTAL', ...more };
      return (await call('GetItem', input)).ConsumedCapacity.CapacityUnits;
    };
    expect([await used({}), await used({ ConsistentRead: true }), await used({ Key: { id: { S: 'bob' } } })]).toEqual([
      1, 2, 0.5,
    ]);
  });
});

describe('a batch', () => {
  const puts = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ PutRequest: { Item: { id: { S: `p${at}` } } } }));

  test('puts and deletes items of several tables', async () => {
    const { table, call } = startDynamodb();
    const people = await table('people');
    const places = await table('places');
    await people.put(ALICE);
    const answer = await call('BatchWriteItem', {
      RequestItems: { people: [{ DeleteRequest: { Key: KEY } }, ...puts(2)], places: puts(1) },
    });
    expect(answer).toEqual({ UnprocessedItems: {} });
    expect([await people.get(KEY), await places.get({ id: { S: 'p0' } })]).toEqual([undefined, { id: { S: 'p0' } }]);
  });

  test('is refused whole for one item that cannot be', async () => {
    const { table, call } = startDynamodb();
    const { scan } = await table('people');
    const write = (requests: readonly object[]) => call('BatchWriteItem', { RequestItems: { people: requests } });
    const refuse = (requests: readonly object[], message: string) =>
      expectRefusal(write(requests), 'ValidationException', message);
    await refuse(puts(26), 'Too many items requested for the BatchWriteItem call');
    await refuse([...puts(1), ...puts(1)], 'Provided list of item keys contains duplicates');
    const keyless = { PutRequest: { Item: { x: { S: '' } } } };
    await refuse([...puts(1), keyless], 'The provided key element does not match the schema');
    const mistyped = { PutRequest: { Item: { id: { N: '1' } } } };
    await refuse([...puts(1), mistyped], 'The provided key element does not match the schema');
    const large = { PutRequest: { Item: { id: { S: 'l' }, x: { S: 'x'.repeat(400 * 1024) } } } };
    await refuse([...puts(1), large], TOO_LARGE);
    expect((await scan()).Count).toBe(0);
  });

  test('reads items of several tables, and leaves what is too much', async () => {
    const { table, call } = startDynamodb();
    const { put } = await table('people');
    const ids = Array.from({ length: 45 }, (_, at) => ({ id: { S: `p${at}` } }));
    for (const id of ids) await put({ ...id, text: { S: 'x'.repeat(390_000) } });
    const { Responses, UnprocessedKeys } = await call('BatchGetItem', {
      RequestItems: { people: { Keys: ids, ProjectionExpression: 'id' } },
    });
    expect(Responses.people).toEqual(ids.slice(0, 43));
    expect(UnprocessedKeys).toEqual({ people: { Keys: ids.slice(43), ProjectionExpression: 'id' } });
  });

  test('of reads is refused for duplicates, and more than 100', async () => {
    const { table, call } = startDynamodb();
    await table('people');
    const read = (Keys: readonly object[]) => call('BatchGetItem', { RequestItems: { people: { Keys } } });
    await expectRefusal(read([KEY, KEY]), 'ValidationException', 'Provided list of item keys contains duplicates');
    const many = Array.from({ length: 101 }, (_, at) => ({ id: { S: `p${at}` } }));
    await expectRefusal(read(many), 'ValidationException', 'Too many items requested for the BatchGetItem call');
  });
});

// A transaction is done whole or not at all, and once for one token.
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { MINUTE } from '../../src/core/clock.ts';
import { type Answer, expectRefusal, keyed, startDynamodb } from './dynamodb-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-dynamodb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STREAMED = keyed('S', { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } });
const id = (text: string) => ({ id: { S: text } });
const on = (kind: string, TableName: string, more: object) => ({ [kind]: { TableName, ...more } });
const put = (TableName: string, key: string, more: object = {}) => on('Put', TableName, { Item: id(key), ...more });

async function start() {
  const started = startDynamodb();
  const people = await started.table('people', STREAMED);
  const places = await started.table('places', STREAMED);
  const write = (TransactItems: readonly object[], more: object = {}): Promise<Answer> =>
    started.call('TransactWriteItems', { TransactItems, ...more });
  /** How many changes the tables' streams hold. */
  const changes = async () => {
    const described = await Promise.all([people.describe(), places.describe()]);
    const { changes: log } = started.tables;
    return described.map(({ LatestStreamArn }) => log.known(LatestStreamArn, 0).next);
  };
  return { ...started, people, places, write, changes };
}

describe('a transaction', () => {
  test('puts, updates, deletes and checks items of several tables as one', async () => {
    const { people, places, write, changes } = await start();
    await people.put(id('gone'));
    const answer = await write([
      put('people', 'new'),
      on('Update', 'places', {
        Key: id('oz'),
        UpdateExpression: 'SET seen = :t',
        ExpressionAttributeValues: { ':t': { BOOL: true } },
      }),
      on('Delete', 'people', { Key: id('gone') }),
      on('ConditionCheck', 'people', { Key: id('none'), ConditionExpression: 'attribute_not_exists(id)' }),
    ]);
    expect(answer).toEqual({});
    expect((await people.scan()).Items).toEqual([id('new')]);
    expect(await places.get(id('oz'))).toEqual({ ...id('oz'), seen: { BOOL: true } });
    expect(await changes()).toEqual([3, 1]);
  });

  test('that is refused leaves no item and no stream record, and says why part by part', async () => {
    const { people, write, changes } = await start();
    await people.put({ ...id('alice'), age: { N: '7' } });
    const refused = write([
      put('people', 'new'),
      put('people', 'alice', {
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
      on('Update', 'people', {
        Key: id('bob'),
        UpdateExpression: 'SET age = age + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    ]);
    const error = await expectRefusal(
      refused,
      'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]',
    );
    expect(error.options.members).toEqual({
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...id('alice'), age: { N: '7' } },
        },
        {
          Code: 'ValidationError',
          Message: 'The provided expression refers to an attribute that does not exist in the item',
        },
      ],
    });
    expect((await people.scan()).Count).toBe(1);
    expect(await changes()).toEqual([1, 0]);
  });

  test('names keys that do not fit as reasons too', async () => {
    const { write } = await start();
    const refused = write([put('people', 'a'), on('Delete', 'people', { Key: { id: { N: '1' } } })]);
    const error = await expectRefusal(refused, 'TransactionCanceledException');
    expect(error.options.members).toEqual({
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ValidationError', Message: 'The provided key element does not match the schema' },
      ],
    });
  });

  test('does only one thing to an item, and one thing in each part', async () => {
    const { write } = await start();
    await expectRefusal(
      write([put('people', 'a'), on('Delete', 'people', { Key: id('a') })]),
      'ValidationException',
      'Transaction request cannot include multiple operations on one item',
    );
    await expectRefusal(
      write([{ ...put('people', 'a'), ...on('Delete', 'people', { Key: id('b') }) }]),
      'ValidationException',
      'TransactItems can only contain one of Check, Put, Update or Delete',
    );
    await expectRefusal(write([put('none', 'a')]), 'ResourceNotFoundException', 'Requested resource not found');
  });

  test('counts twice the capacity', async () => {
    const { write } = await start();
    const { ConsumedCapacity } = await write([put('people', 'a'), put('people', 'b')], {
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(ConsumedCapacity).toEqual([{ TableName: 'people', CapacityUnits: 4, WriteCapacityUnits: 4 }]);
  });

  test('moves what many move at once, and loses nothing', async () => {
    const { people, write, call } = await start();
    const balance = (key: string, coins: number) => people.put({ ...id(key), coins: { N: String(coins) } });
    await Promise.all([balance('a', 50), balance('b', 0)]);
    const move = (Key: object, sign: string, more: object = {}) =>
      on('Update', 'people', {
        Key,
        UpdateExpression: `SET coins = coins ${sign} :one`,
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ...more,
      });
    const enough = { ConditionExpression: 'coins >= :one' };
    const moves = Array.from({ length: 80 }, () => write([move(id('a'), '-', enough), move(id('b'), '+')]));
    const settled = await Promise.allSettled(moves);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    const { Responses } = await call('TransactGetItems', {
      TransactItems: ['a', 'b'].map((key) => on('Get', 'people', { Key: id(key) })),
    });
    expect(Responses.map(({ Item }: Answer) => Item.coins.N)).toEqual(['0', '50']);
  });
});

describe('a token', () => {
  const add = on('Update', 'people', {
    Key: id('a'),
    UpdateExpression: 'ADD visits :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  });
  const ClientRequestToken = 'token';

  test('lets a transaction be done once in ten minutes, also when it is sent again meanwhile', async () => {
    const { people, write, clock } = await start();
    await Promise.all([write([add], { ClientRequestToken }), write([add], { ClientRequestToken })]);
    await write([add], { ClientRequestToken });
    expect(await people.get(id('a'))).toMatchObject({ visits: { N: '1' } });
    await clock.advance(10 * MINUTE);
    await write([add], { ClientRequestToken });
    expect(await people.get(id('a'))).toMatchObject({ visits: { N: '2' } });
  });

  test('tells what was done before by what it would read', async () => {
    const { write } = await start();
    const wanted = { ClientRequestToken, ReturnConsumedCapacity: 'TOTAL' };
    expect((await write([add], wanted)).ConsumedCapacity[0]).toHaveProperty('WriteCapacityUnits');
    expect((await write([add], wanted)).ConsumedCapacity[0]).toHaveProperty('ReadCapacityUnits');
  });

  test('is refused with another transaction, and free again when its own was refused', async () => {
    const { write } = await start();
    const impossible = put('people', 'x', { ConditionExpression: 'attribute_exists(id)' });
    await expectRefusal(write([impossible], { ClientRequestToken }), 'TransactionCanceledException');
    await write([add], { ClientRequestToken });
    await expectRefusal(write([put('people', 'a')], { ClientRequestToken }), 'IdempotentParameterMismatchException');
  });

  test('holds over a restart', async () => {
    const dataDir = join(folder, 'tokens');
    {
      await using store = await openLmdbStore({ dataDir, fsync: false });
      const { table, call } = startDynamodb({ store });
      await table('people');
      await call('TransactWriteItems', { TransactItems: [add], ClientRequestToken });
    }
    await using store = await openLmdbStore({ dataDir, fsync: false });
    const { call } = startDynamodb({ store });
    await call('TransactWriteItems', { TransactItems: [add], ClientRequestToken });
    const { Item } = await call('GetItem', { TableName: 'people', Key: id('a') });
    expect(Item.visits).toEqual({ N: '1' });
  });
});

describe('reading in a transaction', () => {
  test('returns each item in its place, or its part', async () => {
    const { people, call } = await start();
    await people.put({ ...id('a'), age: { N: '7' } });
    const { Responses } = await call('TransactGetItems', {
      TransactItems: [
        on('Get', 'people', { Key: id('none') }),
        on('Get', 'people', { Key: id('a'), ProjectionExpression: 'age' }),
      ],
    });
    expect(Responses).toEqual([{}, { Item: { age: { N: '7' } } }]);
  });
});

test('tables, items and indexes are there after a restart', async () => {
  const dataDir = join(folder, 'tables');
  const definition = keyed('SN', {
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'nr', AttributeType: 'N' },
      { AttributeName: 'town', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-town',
        KeySchema: [{ AttributeName: 'town', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  const items = [3, 1, 2].map((nr) => ({ id: { S: 'a' }, nr: { N: String(nr) }, town: { S: 'Oz' } }));
  {
    await using store = await openLmdbStore({ dataDir, fsync: false });
    const { put: putItem } = await startDynamodb({ store }).table('people', definition);
    await Promise.all(items.map((item) => putItem(item)));
  }
  await using store = await openLmdbStore({ dataDir, fsync: false });
  const { call } = startDynamodb({ store });
  const query = {
    TableName: 'people',
    KeyConditionExpression: 'id = :id',
    ExpressionAttributeValues: { ':id': { S: 'a' } },
  };
  expect((await call('Query', query)).Items.map(({ nr }: Answer) => nr.N)).toEqual(['1', '2', '3']);
  expect((await call('Scan', { TableName: 'people', IndexName: 'by-town' })).Count).toBe(3);
});

// Tables are created, described, changed and deleted; what AWS refuses is refused in its words.
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SecondaryIndex, Table } from '../../connectors/dynamodb/table/table.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { SECOND } from '../../src/core/clock.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { ACCOUNT, expectRefusal, keyed, START_MS, startDynamodb, TABLE_ARN } from './dynamodb-fixture.ts';

const PROVISIONED = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
const BY_TOWN = {
  IndexName: 'by-town',
  KeySchema: [{ AttributeName: 'town', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
};
const TOWN = { AttributeName: 'town', AttributeType: 'S' };
const ID = { AttributeName: 'id', AttributeType: 'S' };

describe('creating a table', () => {
  test('answers with it on its way, and shows it active from then on', async () => {
    const { call } = startDynamodb();
    const { TableDescription } = await call('CreateTable', {
      ...keyed('S'),
      TableName: 'orders',
      BillingMode: undefined,
      ProvisionedThroughput: PROVISIONED,
    });
    const common = {
      AttributeDefinitions: [ID],
      CreationDateTime: new Date(START_MS),
      DeletionProtectionEnabled: false,
      ItemCount: 0,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ...PROVISIONED },
      TableArn: `${TABLE_ARN}orders`,
      TableId: TableDescription.TableId,
      TableName: 'orders',
      TableSizeBytes: 0,
    };
    expect(TableDescription).toEqual({ ...common, TableStatus: 'CREATING' });
    expect(await call('DescribeTable', { TableName: 'orders' })).toEqual({
      Table: {
        ...common,
        TableStatus: 'ACTIVE',
        WarmThroughput: { ReadUnitsPerSecond: 5, Status: 'ACTIVE', WriteUnitsPerSecond: 5 },
      },
    });
  });

  test('refuses a name that is taken', async () => {
    const { call, table } = startDynamodb();
    await table('orders');
    const again = call('CreateTable', { TableName: 'orders', ...keyed('S') });
    await expectRefusal(again, 'ResourceInUseException', 'Table already exists: orders');
  });

  const refused: readonly (readonly [what: string, definition: object, message: string])[] = [
    [
      'a name that is too short',
      { TableName: 'ab' },
      'TableName must be at least 3 characters long and at most 255 characters long',
    ],
    [
      'capacity for a table on demand',
      { ProvisionedThroughput: PROVISIONED },
      'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    ],
    [
      'no capacity for a provisioned table',
      { BillingMode: 'PROVISIONED' },
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    ],
    [
      'a key that is not defined',
      { AttributeDefinitions: [TOWN] },
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: [town]',
    ],
    [
      'more definitions than keys',
      { AttributeDefinitions: [ID, TOWN] },
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    ],
    [
      'a key without a partition key',
      { KeySchema: [{ AttributeName: 'id', KeyType: 'RANGE' }] },
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ],
    [
      'a local index without a sort key in the table',
      { AttributeDefinitions: [ID, TOWN], LocalSecondaryIndexes: [BY_TOWN] },
      'One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    ],
    [
      'two indexes of one name',
      { AttributeDefinitions: [ID, TOWN], GlobalSecondaryIndexes: [BY_TOWN, BY_TOWN] },
      'One or more parameter values were invalid: Duplicate index name: by-town',
    ],
    [
      'a projection of named attributes that names none',
      {
        AttributeDefinitions: [ID, TOWN],
        GlobalSecondaryIndexes: [{ ...BY_TOWN, Projection: { ProjectionType: 'INCLUDE' } }],
      },
      'One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified',
    ],
    [
      'what we do not do',
      { VectorIndexes: [] },
      'Headwater does not support VectorIndexes. Leave it out, or run this against AWS.',
    ],
  ];
  test.each(refused)('refuses %s', async (_what, definition, message) => {
    const { call } = startDynamodb();
    const creating = call('CreateTable', { TableName: 'orders', ...keyed('S'), ...definition });
    await expectRefusal(creating, 'ValidationException', message);
  });

  test('takes as long as the timing says, and no item until then', async () => {
    const { table, clock } = startDynamodb({ timing: { tableStateDelayMs: 5 * SECOND } });
    const { put, describe: show } = await table('orders');
    expect((await show()).TableStatus).toBe('CREATING');
    await expectRefusal(put({ id: { S: 'a' } }), 'ResourceNotFoundException', 'Requested resource not found');
    await clock.advance(5 * SECOND);
    expect((await show()).TableStatus).toBe('ACTIVE');
    await put({ id: { S: 'a' } });
  });
});

describe('deleting a table', () => {
  test('takes its items with it', async () => {
    const { call, table } = startDynamodb();
    await (await table('orders')).put({ id: { S: 'a' } });
    const { TableDescription } = await call('DeleteTable', { TableName: `${TABLE_ARN}orders` });
    expect(TableDescription.TableStatus).toBe('DELETING');
    expect(Object.keys(TableDescription).sort()).toEqual([
      'BillingModeSummary',
      'DeletionProtectionEnabled',
      'ItemCount',
      'ProvisionedThroughput',
      'TableArn',
      'TableId',
      'TableName',
      'TableSizeBytes',
      'TableStatus',
    ]);
    const { get } = await table('orders');
    expect(await get({ id: { S: 'a' } })).toBeUndefined();
  });

  test('is refused of a table that is not there, or that is protected', async () => {
    const { call, table } = startDynamodb();
    const missing = 'Requested resource not found: Table: orders not found';
    await expectRefusal(call('DeleteTable', { TableName: 'orders' }), 'ResourceNotFoundException', missing);
    const { update } = await table('orders', keyed('S', { DeletionProtectionEnabled: true }));
    const isProtected =
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.';
    await expectRefusal(call('DeleteTable', { TableName: 'orders' }), 'ValidationException', isProtected);
    await update({ DeletionProtectionEnabled: false });
    await call('DeleteTable', { TableName: 'orders' });
    expect(await call('ListTables', {})).toEqual({ TableNames: [] });
  });
});

describe('listing tables', () => {
  test('shows names in order, a page at a time', async () => {
    const { call, table } = startDynamodb();
    for (const name of ['ccc', 'aaa', 'bbb']) await table(name);
    expect(await call('ListTables', { Limit: 2 })).toEqual({
      TableNames: ['aaa', 'bbb'],
      LastEvaluatedTableName: 'bbb',
    });
    expect(await call('ListTables', { Limit: 2, ExclusiveStartTableName: 'bbb' })).toEqual({ TableNames: ['ccc'] });
  });

  test('shows nothing of another account or region', async () => {
    const { call, table } = startDynamodb();
    await table('orders');
    expect(await call('ListTables', {}, { account: '111111111111' })).toEqual({ TableNames: [] });
    expect(await call('ListTables', {}, { region: 'eu-west-1' })).toEqual({ TableNames: [] });
  });
});

describe('updating a table', () => {
  const create = { AttributeDefinitions: [ID, TOWN], GlobalSecondaryIndexUpdates: [{ Create: BY_TOWN }] };

  test('adds a global index with the items that were there, and removes it again', async () => {
    const { put, update, query, describe: show } = await startDynamodb().table('people');
    await put({ id: { S: 'alice' }, town: { S: 'Oz' } });
    await put({ id: { S: 'bob' }, town: { N: '7' } });
    const { TableDescription } = await update(create);
    expect(TableDescription).toMatchObject({
      TableStatus: 'UPDATING',
      GlobalSecondaryIndexes: [{ IndexName: 'by-town', IndexStatus: 'CREATING', Backfilling: true }],
    });
    expect((await show()).GlobalSecondaryIndexes).toMatchObject([{ IndexStatus: 'ACTIVE', ItemCount: 1 }]);
    const asked = {
      IndexName: 'by-town',
      KeyConditionExpression: 'town = :t',
      ExpressionAttributeValues: { ':t': { S: 'Oz' } },
    };
    expect((await query(asked)).Items).toEqual([{ id: { S: 'alice' }, town: { S: 'Oz' } }]);
    await update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-town' } }] });
    expect(await show()).toMatchObject({ AttributeDefinitions: [ID] });
    expect(await show()).not.toHaveProperty('GlobalSecondaryIndexes');
    await expectRefusal(query(asked), 'ValidationException', 'The table does not have the specified index: by-town');
  });

  test('misses no item that is written while an index is added', async () => {
    const { put, update, query } = await startDynamodb().table('people');
    const ids = Array.from({ length: 400 }, (_, id) => `p${id}`);
    const writes = ids.slice(0, 200).map((id) => put({ id: { S: id }, town: { S: 'Oz' } }));
    const updated = update(create);
    await Promise.all([...writes, updated, ...ids.slice(200).map((id) => put({ id: { S: id }, town: { S: 'Oz' } }))]);
    const { Count } = await query({
      IndexName: 'by-town',
      KeyConditionExpression: 'town = :t',
      ExpressionAttributeValues: { ':t': { S: 'Oz' } },
      Select: 'COUNT',
    });
    expect(Count).toBe(400);
  });

  test('changes the billing mode and the capacity', async () => {
    const { update, describe: show } = await startDynamodb().table('people');
    expect((await show()).BillingModeSummary).toEqual({
      BillingMode: 'PAY_PER_REQUEST',
      LastUpdateToPayPerRequestDateTime: new Date(START_MS),
    });
    await update({ BillingMode: 'PROVISIONED', ProvisionedThroughput: PROVISIONED });
    expect(await show()).toMatchObject({
      BillingModeSummary: { BillingMode: 'PROVISIONED' },
      ProvisionedThroughput: PROVISIONED,
    });
    await expectRefusal(
      update({ ProvisionedThroughput: PROVISIONED }),
      'ValidationException',
      'The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    );
  });

  test('is refused while the table is on its way, and when nothing is asked for', async () => {
    const { table, clock } = startDynamodb({ timing: { tableStateDelayMs: 5 * SECOND } });
    const { update } = await table('people');
    await expectRefusal(
      update({ DeletionProtectionEnabled: true }),
      'ResourceInUseException',
      'Attempt to change a resource which is still in use: Table is being created: people',
    );
    await clock.advance(5 * SECOND);
    await expectRefusal(
      update({}),
      'ValidationException',
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  });
});

test('an index that was being filled when the process ended is filled after it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'headwater-dynamodb-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  {
    await using store = await openLmdbStore({ dataDir, fsync: false });
    const { put } = await startDynamodb({ store }).table('people');
    await put({ id: { S: 'alice' }, town: { S: 'Oz' } });
    const registry = openRegistry(store);
    const key = `dynamodb/${ACCOUNT}/us-east-1/table/people`;
    const stored = await registry.get<Table>(key);
    const index: SecondaryIndex = {
      name: 'by-town',
      key: { hash: { name: 'town', type: 'S' } },
      projection: { type: 'ALL' },
      backfilling: true,
    };
    await registry.put(key, { ...stored?.value, globalIndexes: [index] });
  }
  await using store = await openLmdbStore({ dataDir, fsync: false });
  const { call, activity } = startDynamodb({ store });
  await activity.rest(PATIENCE_MS);
  expect(await call('Scan', { TableName: 'people', IndexName: 'by-town' })).toMatchObject({ Count: 1 });
});

// Unmodified SDK clients for JavaScript v3 against Kinesis, DynamoDB and DynamoDB Streams, and a request as the Java SDK makes it:
// https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/, https://docs.aws.amazon.com/streams/latest/dev/building-enhanced-consumers-api.html
import { crc32 } from 'node:zlib';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as tableStreams from '@aws-sdk/client-dynamodb-streams';
import * as kinesis from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCbor } from '../../src/gateway/codecs/cbor/decode.ts';
import { encodeCbor } from '../../src/gateway/codecs/cbor/encode.ts';
import { readEventMessages } from '../support/event-stream.ts';
import { type Simulator, startSimulator } from '../support/simulator.ts';

const MILLISECONDS = { unitsPerSecond: 1000 } as const;
const SCOPE = 'test/20260101/us-east-1/kinesis/aws4_request';

let simulator: Simulator;
let streams: kinesis.KinesisClient;
let tables: dynamodb.DynamoDBClient;
let changes: tableStreams.DynamoDBStreamsClient;

beforeAll(async () => {
  simulator = await startSimulator({ clock: 'real' });
  const common = {
    endpoint: simulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  streams = new kinesis.KinesisClient(common);
  tables = new dynamodb.DynamoDBClient(common);
  changes = new tableStreams.DynamoDBStreamsClient(common);
});
afterAll(async () => {
  for (const client of [streams, tables, changes]) client?.destroy();
  await simulator?.[Symbol.asyncDispose]();
});

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

async function createStream(StreamName: string) {
  await streams.send(new kinesis.CreateStreamCommand({ StreamName, ShardCount: 1 }));
  await kinesis.waitUntilStreamExists({ client: streams, maxWaitTime: 30, minDelay: 1 }, { StreamName });
  const { StreamDescription } = await streams.send(new kinesis.DescribeStreamCommand({ StreamName }));
  return {
    StreamName,
    StreamARN: StreamDescription?.StreamARN,
    ShardId: StreamDescription?.Shards?.[0]?.ShardId ?? '',
  };
}

async function createConsumer(StreamARN: string | undefined) {
  const { Consumer } = await streams.send(
    new kinesis.RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'reader' }),
  );
  const ConsumerARN = Consumer?.ConsumerARN;
  let status = Consumer?.ConsumerStatus;
  while (status !== 'ACTIVE') {
    const described = await streams.send(new kinesis.DescribeStreamConsumerCommand({ ConsumerARN }));
    status = described.ConsumerDescription?.ConsumerStatus;
  }
  return ConsumerARN;
}

describe('Kinesis by the SDK for JavaScript', () => {
  test('gives back what was put, in order', async () => {
    const { StreamName, ShardId } = await createStream('js-orders');
    await streams.send(
      new kinesis.PutRecordsCommand({
        StreamName,
        Records: ['one', 'two'].map((data) => ({ Data: Buffer.from(data), PartitionKey: 'k' })),
      }),
    );
    await streams.send(new kinesis.PutRecordCommand({ StreamName, Data: Buffer.from([0, 255]), PartitionKey: 'k' }));
    const { ShardIterator } = await streams.send(
      new kinesis.GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [], MillisBehindLatest } = await streams.send(new kinesis.GetRecordsCommand({ ShardIterator }));
    expect(Records.map(({ Data }) => Buffer.from(Data ?? []))).toEqual([
      ...['one', 'two'].map((data) => Buffer.from(data)),
      Buffer.from([0, 255]),
    ]);
    expect(Records[0]?.ApproximateArrivalTimestamp).toBeInstanceOf(Date);
    expect(MillisBehindLatest).toBe(0);
  });

  test('pushes records to a subscriber over HTTP/2 until it leaves', async () => {
    const { StreamName, StreamARN, ShardId } = await createStream('js-pushed');
    const ConsumerARN = await createConsumer(StreamARN);
    const { EventStream = [] } = await streams.send(
      new kinesis.SubscribeToShardCommand({ ConsumerARN, ShardId, StartingPosition: { Type: 'TRIM_HORIZON' } }),
    );
    const put = (data: string) =>
      streams.send(new kinesis.PutRecordCommand({ StreamName, Data: Buffer.from(data), PartitionKey: 'k' }));
    await put('first');
    const seen: string[] = [];
    for await (const { SubscribeToShardEvent: event } of EventStream) {
      seen.push(...(event?.Records ?? []).map(({ Data }) => text(Data)));
      if (seen.length === 1) await put('second');
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['first', 'second']);
  });

  test('refuses with errors that are instances of its classes', async () => {
    const absent = { StreamName: 'absent' };
    await expect(streams.send(new kinesis.DescribeStreamCommand(absent))).rejects.toBeInstanceOf(
      kinesis.ResourceNotFoundException,
    );
    await expect(
      streams.send(new kinesis.GetRecordsCommand({ ShardIterator: 'garbage', Limit: 10_001 })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    });
  });
});

describe('Kinesis as the Java SDK calls it', () => {
  /** Jackson writes maps of indefinite length. */
  const indefinite = (members: Readonly<Record<string, unknown>>) =>
    Buffer.concat([
      Buffer.from([0xbf]),
      ...Object.entries(members).flatMap(([key, value]) => [
        encodeCbor(key, MILLISECONDS),
        encodeCbor(value, MILLISECONDS),
      ]),
      Buffer.from([0xff]),
    ]);
  const post = (operation: string, members: Readonly<Record<string, unknown>>) =>
    fetch(simulator.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-cbor-1.1',
        'x-amz-target': `Kinesis_20131202.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host, Signature=0`,
      },
      body: indefinite(members),
    });
  const call = async (operation: string, members: Readonly<Record<string, unknown>>) => {
    const response = await post(operation, members);
    const body = Buffer.from(await response.arrayBuffer());
    return (body.length === 0 ? {} : decodeCbor(body, MILLISECONDS)) as Readonly<Record<string, unknown>>;
  };

  test('puts and gets records in CBOR', async () => {
    const { StreamName, ShardId } = await createStream('java-orders');
    const before = new Date();
    const put = await call('PutRecord', { StreamName, PartitionKey: 'k', Data: Buffer.from('hi') });
    expect(put).toMatchObject({ ShardId, SequenceNumber: expect.stringMatching(/^\d{56}$/) });
    const iterator = { StreamName, ShardId, ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(0) };
    const { ShardIterator } = await call('GetShardIterator', iterator);
    const { Records } = await call('GetRecords', { ShardIterator });
    expect(Records).toMatchObject([{ Data: Buffer.from('hi'), PartitionKey: 'k' }]);
    const [record] = Records as readonly { readonly ApproximateArrivalTimestamp: Date }[];
    expect(record?.ApproximateArrivalTimestamp.getTime()).toBeGreaterThanOrEqual(before.getTime());
  });

  test('subscribes, with events in CBOR', async () => {
    const { StreamName, StreamARN, ShardId } = await createStream('java-pushed');
    const ConsumerARN = await createConsumer(StreamARN);
    const response = await post('SubscribeToShard', {
      ConsumerARN,
      ShardId,
      StartingPosition: { Type: 'TRIM_HORIZON' },
    });
    await call('PutRecord', { StreamName, PartitionKey: 'k', Data: Buffer.from('pushed') });
    let rest: Buffer = Buffer.alloc(0);
    const events: unknown[] = [];
    for await (const chunk of response.body ?? []) {
      const read = readEventMessages(Buffer.concat([rest, chunk as Uint8Array]));
      rest = read.rest;
      events.push(...read.messages.map(({ payload }) => decodeCbor(payload, MILLISECONDS)));
      if (JSON.stringify(events).includes('"PartitionKey"')) break;
    }
    expect(events[0]).toEqual({});
    expect(events.at(-1)).toMatchObject({ Records: [{ Data: Buffer.from('pushed') }] });
  });

  test('is refused in CBOR', async () => {
    expect(await call('DescribeStream', { StreamName: 'wrong-stream-name' })).toEqual({
      __type: 'ResourceNotFoundException',
      message: 'Stream wrong-stream-name under account 000000000000 not found.',
    });
  });
});

describe('DynamoDB by the SDK for JavaScript', () => {
  const TableName = 'js-table';
  const Item = {
    id: { S: 'a' },
    all: {
      M: {
        n: { N: '12345678901234567890.123' },
        b: { B: new Uint8Array([0, 255]) },
        s: { SS: ['x', 'y'] },
        l: { L: [{ BOOL: true }, { NULL: true as const }] },
        ['__proto__']: { S: 'kept' },
      },
    },
  };

  test('gives back an item of every type, and its changes by the stream', async () => {
    await tables.send(
      new dynamodb.CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    );
    await dynamodb.waitUntilTableExists({ client: tables, maxWaitTime: 30, minDelay: 1 }, { TableName });
    await tables.send(new dynamodb.PutItemCommand({ TableName, Item }));
    const got = await tables.send(new dynamodb.GetItemCommand({ TableName, Key: { id: { S: 'a' } } }));
    expect(got.Item).toEqual(Item);
    const { Table } = await tables.send(new dynamodb.DescribeTableCommand({ TableName }));
    const StreamArn = Table?.LatestStreamArn;
    const { StreamDescription } = await changes.send(new tableStreams.DescribeStreamCommand({ StreamArn }));
    const { ShardIterator } = await changes.send(
      new tableStreams.GetShardIteratorCommand({
        StreamArn,
        ShardId: StreamDescription?.Shards?.[0]?.ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const { Records } = await changes.send(new tableStreams.GetRecordsCommand({ ShardIterator }));
    // This client drops a member called __proto__ itself.
    const { __proto__: _, ...members } = Item.all.M;
    const NewImage = { id: Item.id, all: { M: members } };
    expect(Records).toMatchObject([{ eventName: 'INSERT', dynamodb: { NewImage } }]);
  });

  test('refuses with errors that are instances of its classes, and with reasons', async () => {
    const put = { TableName, Item: { id: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(id)' };
    await expect(tables.send(new dynamodb.PutItemCommand(put))).rejects.toBeInstanceOf(
      dynamodb.ConditionalCheckFailedException,
    );
    const TransactItems = [{ Put: put }];
    await expect(tables.send(new dynamodb.TransactWriteItemsCommand({ TransactItems }))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
    });
  });

  test('finds the checksum of each answer', async () => {
    const response = await fetch(simulator.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      body: '{}',
    });
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('x-amz-crc32')).toBe(String(crc32(body)));
    const refused = await fetch(simulator.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDBStreams_20120810.DescribeStream' },
      body: '{"StreamArn":"short"}',
    });
    expect(await refused.json()).toMatchObject({ __type: 'com.amazon.coral.validate#ValidationException' });
  });
});

// "You can use Amazon Kinesis Data Streams to capture changes to Amazon DynamoDB. … DynamoDB … replicates item-level
// modifications to the Kinesis data stream": docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html
import { describe, expect, it } from 'vitest';
import { asArn } from '../../src/core/arn.ts';
import { MINUTE, SECOND } from '../../src/core/clock.ts';
import type { Delivery, Target, Targets } from '../../src/core/target.ts';
import type { Timing } from '../../src/core/timing.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { ACCOUNT, type Answer, expectRefusal, keyed, START_MS, startDynamodb } from './dynamodb-fixture.ts';

const STREAM = asArn(`arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/changes`);
const OTHER = asArn(`arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/other`);

/** Kinesis, which can be told to refuse. */
function fakeKinesis() {
  const delivered: Delivery[] = [];
  const state = { refuses: (_delivery: Delivery) => false };
  const target: Target = {
    service: 'kinesis',
    async deliver(_arn, delivery) {
      if (state.refuses(delivery))
        return { kind: 'refused', permanent: false, code: 'Throttled', message: 'Slow down' };
      delivered.push(delivery);
      return { kind: 'accepted' };
    },
    describe: async (arn) => (arn === STREAM || arn === OTHER ? { arn } : undefined),
  };
  const targets: Targets = { find: () => target };
  const payloads = (): readonly Answer[] => delivered.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()));
  return { state, targets, delivered, payloads };
}

async function startTable(options: { readonly timing?: Partial<Timing>; readonly definition?: object } = {}) {
  const kinesis = fakeKinesis();
  const subject = startDynamodb({ ...options, targets: kinesis.targets });
  const table = await subject.table('orders', options.definition);
  const on = (operation: string, input: object = {}): Promise<Answer> =>
    subject.call(operation, { TableName: 'orders', StreamArn: STREAM, ...input });
  const enable = (input: object = {}) => on('EnableKinesisStreamingDestination', input);
  const disable = (input: object = {}) => on('DisableKinesisStreamingDestination', input);
  const update = (input: object = {}) => on('UpdateKinesisStreamingDestination', input);
  const destinations = async () =>
    (await subject.call('DescribeKinesisStreamingDestination', { TableName: 'orders' })).KinesisDataStreamDestinations;
  const put = (id: string, n: number) => table.put({ id: { S: id }, n: { N: `${n}` } });
  const rest = () => subject.activity.rest(PATIENCE_MS);
  return { ...subject, kinesis, table, enable, disable, update, destinations, put, rest };
}

describe('A change', () => {
  it('goes to Kinesis with both images, also where the table has no stream', async () => {
    const { enable, put, rest, kinesis } = await startTable();
    await enable();
    await put('a', 1);
    await put('a', 2);
    await rest();
    const item = (n: string) => ({ id: { S: 'a' }, n: { N: n } });
    const common = {
      awsRegion: 'us-east-1',
      eventID: expect.any(String),
      userIdentity: null,
      recordFormat: 'application/json',
      tableName: 'orders',
      eventSource: 'aws:dynamodb',
    };
    const change = { ApproximateCreationDateTime: START_MS, Keys: { id: { S: 'a' } } };
    expect(kinesis.payloads()).toEqual([
      { ...common, eventName: 'INSERT', dynamodb: { ...change, NewImage: item('1'), SizeBytes: 9 } },
      {
        ...common,
        eventName: 'MODIFY',
        dynamodb: { ...change, NewImage: item('2'), OldImage: item('1'), SizeBytes: 15 },
      },
    ]);
  });

  it('goes there beside the stream that the table has, whatever its view type', async () => {
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' };
    const { enable, put, rest, kinesis } = await startTable({ definition: keyed('S', { StreamSpecification }) });
    await enable();
    await put('a', 1);
    await rest();
    expect(kinesis.payloads()[0]?.dynamodb.NewImage).toEqual({ id: { S: 'a' }, n: { N: '1' } });
  });

  it('has binaries in base64', async () => {
    const { enable, table, rest, kinesis } = await startTable();
    await enable();
    await table.put({ id: { S: 'a' }, raw: { B: Buffer.from('\xff', 'latin1') } });
    await rest();
    expect(kinesis.payloads()[0]?.dynamodb.NewImage.raw).toEqual({ B: '/w==' });
  });

  it('tells its time in microseconds where that was asked for', async () => {
    const { enable, put, rest, kinesis } = await startTable();
    await enable({ EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: 'MICROSECOND' } });
    await put('a', 1);
    await rest();
    expect(kinesis.payloads()[0]?.dynamodb).toMatchObject({
      ApproximateCreationDateTime: START_MS * 1000,
      ApproximateCreationDateTimePrecision: 'MICROSECOND',
    });
  });

  it('is sent again until Kinesis takes it, and those of its item wait behind it', async () => {
    const { enable, put, kinesis, clock } = await startTable();
    await enable();
    kinesis.state.refuses = ({ payload }) => Buffer.from(payload).toString().includes('"S":"slow"');
    await put('slow', 1);
    await put('quick', 1);
    await put('slow', 2);
    await clock.advance(SECOND);
    expect(kinesis.payloads().map(({ dynamodb }) => dynamodb.Keys.id.S)).toEqual(['quick']);
    kinesis.state.refuses = () => false;
    await clock.advance(MINUTE);
    expect(kinesis.payloads().map(({ dynamodb }) => dynamodb.NewImage.n.N)).toEqual(['1', '1', '2']);
  });

  it('of one item always has the same partition key', async () => {
    const { enable, put, rest, kinesis } = await startTable();
    await enable();
    await put('a', 1);
    await put('a', 2);
    await put('b', 1);
    await rest();
    const keys = kinesis.delivered.map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
    expect(keys.every((key) => /^[0-9A-F]{32}$/.test(key ?? ''))).toBe(true);
  });
});

describe('A destination', () => {
  it('gets what was written before it was disabled, and nothing after', async () => {
    const { enable, disable, put, rest, kinesis, clock } = await startTable();
    await enable();
    kinesis.state.refuses = () => true;
    await put('a', 1);
    await rest();
    await disable();
    await put('a', 2);
    await rest();
    kinesis.state.refuses = () => false;
    await clock.advance(MINUTE);
    expect(kinesis.payloads().map(({ dynamodb }) => dynamodb.NewImage.n.N)).toEqual(['1']);
  });

  it('gets what was written before its table was deleted', async () => {
    const { enable, put, rest, kinesis, call } = await startTable();
    await enable();
    await put('a', 1);
    await call('DeleteTable', { TableName: 'orders' });
    await rest();
    expect(kinesis.payloads()).toHaveLength(1);
  });

  it('is shown on its way as AWS does', async () => {
    const { enable, disable, update, destinations, clock } = await startTable({
      timing: { tableStateDelayMs: 5 * SECOND },
    });
    const StreamArn = STREAM;
    await clock.advance(5 * SECOND);
    expect(await enable()).toEqual({
      TableName: 'orders',
      StreamArn,
      DestinationStatus: 'ENABLING',
      EnableKinesisStreamingConfiguration: {},
    });
    expect(await destinations()).toEqual([{ StreamArn, DestinationStatus: 'ENABLING' }]);
    await clock.advance(5 * SECOND);
    expect(await destinations()).toEqual([{ StreamArn, DestinationStatus: 'ACTIVE' }]);
    const UpdateKinesisStreamingConfiguration = { ApproximateCreationDateTimePrecision: 'MICROSECOND' };
    expect(await update({ UpdateKinesisStreamingConfiguration })).toEqual({
      TableName: 'orders',
      StreamArn,
      DestinationStatus: 'UPDATING',
      UpdateKinesisStreamingConfiguration,
    });
    await clock.advance(5 * SECOND);
    expect(await disable()).toEqual({ TableName: 'orders', StreamArn, DestinationStatus: 'DISABLING' });
    await clock.advance(5 * SECOND);
    expect(await destinations()).toMatchObject([{ StreamArn, DestinationStatus: 'DISABLED' }]);
  });

  it('that is not there fails to be enabled, and says why', async () => {
    const { enable, destinations } = await startTable();
    const StreamArn = `${STREAM}-missing`;
    expect(await enable({ StreamArn })).toMatchObject({ DestinationStatus: 'ENABLING' });
    expect(await destinations()).toEqual([
      {
        StreamArn,
        DestinationStatus: 'ENABLE_FAILED',
        DestinationStatusDescription: 'User does not have a permission to use kinesis stream',
      },
    ]);
  });

  const INVALID = 'Table is not in a valid state to enable Kinesis Streaming Destination:';

  it('cannot be enabled twice, nor beside another one', async () => {
    const { enable } = await startTable();
    await enable();
    const message = `${INVALID} EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.`;
    await expectRefusal(enable(), 'ValidationException', message);
    await expectRefusal(enable({ StreamArn: OTHER }), 'ValidationException', message);
  });

  it('is enabled again once it was disabled, and then for another stream', async () => {
    const { enable, disable, destinations } = await startTable();
    await enable();
    await disable();
    await enable();
    await disable();
    await enable({ StreamArn: OTHER });
    expect(await destinations()).toMatchObject([
      { StreamArn: STREAM, DestinationStatus: 'DISABLED' },
      { StreamArn: OTHER, DestinationStatus: 'ACTIVE' },
    ]);
  });

  it('refuses in the words of AWS', async () => {
    const { enable, disable, update, table } = await startTable();
    const { TableId } = await table.describe();
    await expectRefusal(
      disable(),
      'ValidationException',
      `${INVALID} KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.`,
    );
    await enable();
    await expectRefusal(
      update(),
      'ValidationException',
      'Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only null values',
    );
    const UpdateKinesisStreamingConfiguration = { ApproximateCreationDateTimePrecision: 'MICROSECOND' };
    await expectRefusal(
      update({ UpdateKinesisStreamingConfiguration, StreamArn: OTHER }),
      'ValidationException',
      `${INVALID} No streaming destination with streamArn: ${OTHER} found for table with tableName: orders`,
    );
    await update({ UpdateKinesisStreamingConfiguration });
    await expectRefusal(
      update({ UpdateKinesisStreamingConfiguration }),
      'ValidationException',
      `Invalid Request: Precision is already set to the desired value of MICROSECOND for tableId: ${TableId}, kdsArn: ${STREAM}`,
    );
    const missing = 'Requested resource not found: Table: bad-table not found';
    for (const call of [enable, disable, update]) {
      await expectRefusal(call({ TableName: 'bad-table' }), 'ResourceNotFoundException', missing);
    }
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
// A failed batch is retried until it succeeds; in provisioned mode as often, for as long and in such parts as the mapping says.
import { describe, expect, test } from 'vitest';
import { until } from '../support/patience.ts';
import { BUCKET, DEAD_LETTERS, FUNCTION, returned, TOPIC, texts } from './dispatch-fakes.ts';
import { failsOnBad, PROVISIONED, reportsBad, setUpKafka } from './kafka-fakes.ts';

const TO_QUEUE = { DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } } };
const HOUR = 3600 * 1000;

const told = ({ sqs }: ReturnType<typeof setUpKafka>) => texts(sqs).map((text) => JSON.parse(text) as object);

describe('on demand', () => {
  test('a failed batch is retried without end, and the partitions of its poller wait', async () => {
    const { cluster, create, answer, batches, clock, show, committed } = setUpKafka({ partitions: 2 });
    answer.handler = failsOnBad;
    cluster.put('orders', 0, 'bad');
    const { UUID } = await create();
    await clock.advance(HOUR);
    cluster.put('orders', 1, 'good');
    await clock.advance(HOUR);
    expect(batches().length).toBeGreaterThan(100);
    expect(new Set(batches().flat())).toEqual(new Set(['bad']));
    expect(await show(UUID)).toMatchObject({ LastProcessingResult: 'PROBLEM: Function call failed' });
    expect(committed(UUID)).toEqual({});
    answer.handler = () => returned('null');
    await clock.advance(60_000);
    expect(batches().at(-1)).toEqual(['good']);
    expect(await show(UUID)).toMatchObject({ LastProcessingResult: 'OK' });
  });

  test('a record that the topic keeps no longer is not retried any more', async () => {
    const { cluster, create, answer, batches, clock } = setUpKafka();
    answer.handler = failsOnBad;
    cluster.retentionMs = 60_000;
    cluster.put('orders', 0, 'bad');
    await create();
    await clock.advance(61_000);
    cluster.put('orders', 0, 'good');
    await clock.advance(1000);
    expect(batches().at(-1)).toEqual(['good']);
  });

  test('a record is delivered however old it is by its own timestamp, if the topic still has it', async () => {
    const { cluster, create, batches, settled } = setUpKafka();
    cluster.retentionMs = 60_000;
    cluster.put('orders', 0, { value: 'of 2018', timestampMs: Date.parse('2018-01-01T00:00:00Z') });
    await create();
    await settled();
    expect(batches()).toEqual([['of 2018']]);
  });

  test('with a destination there are ten retries; then it learns where the batch was', async () => {
    const made = setUpKafka({ partitions: 2 });
    const { cluster, create, answer, batches, clock, committed, calls } = made;
    answer.handler = failsOnBad;
    cluster.put('orders', 0, { value: 'bad', timestampMs: Date.parse('2025-12-31T00:00:00.123Z') }, 'a');
    cluster.put('orders', 1, { value: 'b', timestampMs: Date.parse('2025-12-31T00:00:01Z') });
    const { UUID } = await create(TO_QUEUE);
    await clock.advance(HOUR);
    expect(batches()).toHaveLength(11);
    expect(told(made)).toEqual([
      {
        requestContext: {
          requestId: calls.at(-1)?.request.requestId,
          functionArn: FUNCTION,
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 11,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: expect.stringMatching(/^2026-01-01T.*Z$/),
        KafkaBatchInfo: {
          batchSize: 3,
          bootstrapServers: 'broker:9092',
          payloadSize: calls[0]?.request.payload.length,
          recordsInfo: {
            'orders-0': {
              firstRecordOffset: '0',
              lastRecordOffset: '1',
              firstRecordTimestamp: '2025-12-31T00:00:00.123Z',
              lastRecordTimestamp: '2026-01-01T00:00:00.000Z',
            },
            'orders-1': {
              firstRecordOffset: '0',
              lastRecordOffset: '0',
              firstRecordTimestamp: '2025-12-31T00:00:01.000Z',
              lastRecordTimestamp: '2025-12-31T00:00:01.000Z',
            },
          },
        },
      },
    ]);
    expect(committed(UUID)).toEqual({ 0: 2, 1: 1 });
  });

  test('a topic learns it as a queue does', async () => {
    const { cluster, create, answer, clock, sns } = setUpKafka();
    answer.handler = failsOnBad;
    cluster.put('orders', 0, 'bad');
    await create({ DestinationConfig: { OnFailure: { Destination: TOPIC } } });
    await clock.advance(HOUR);
    expect(sns.got.map(({ arn }) => arn)).toEqual([TOPIC]);
    expect(JSON.parse(texts(sns)[0] ?? '')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      KafkaBatchInfo: { batchSize: 1 },
    });
  });

  test('a bucket gets the event, too', async () => {
    const { cluster, create, answer, clock, s3, calls } = setUpKafka();
    answer.handler = failsOnBad;
    cluster.put('orders', 0, 'bad');
    const { UUID } = await create({ DestinationConfig: { OnFailure: { Destination: BUCKET } } });
    await clock.advance(HOUR);
    const [delivery] = s3.got;
    expect(delivery?.delivery.key).toMatch(
      new RegExp(`^aws/lambda/${String(UUID)}/orders-0/2026/01/01/2026-01-01T\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`),
    );
    const record = JSON.parse(texts(s3)[0] ?? '') as { readonly payload: string };
    expect(record.payload).toBe(Buffer.from(calls[0]?.request.payload ?? '').toString());
  });

  test('a record too large for an event goes to the destination', async () => {
    const made = setUpKafka();
    made.cluster.put('orders', 0, 'x'.repeat(6 * 1024 * 1024), 'small');
    await made.create(TO_QUEUE);
    await made.settled();
    expect(made.batches()).toEqual([['small']]);
    expect(told(made)).toMatchObject([
      { requestContext: { condition: 'MaximumPayloadSizeExceeded' }, responseContext: null },
    ]);
  });

  test('throttles are waited out', async () => {
    const { cluster, create, batches, fn, clock, settled } = setUpKafka();
    fn.reservedConcurrency = 0;
    cluster.put('orders', 0, 'a');
    await create(TO_QUEUE);
    await clock.advance(HOUR);
    expect(batches()).toEqual([]);
    fn.reservedConcurrency = undefined;
    await clock.advance(60_000);
    await settled();
    expect(batches()).toEqual([['a']]);
  });
});

describe('in provisioned mode', () => {
  test('retries are as many as the mapping says', async () => {
    const made = setUpKafka();
    made.answer.handler = failsOnBad;
    made.cluster.put('orders', 0, 'bad', 'a');
    await made.create({ ...PROVISIONED, ...TO_QUEUE, MaximumRetryAttempts: 2 });
    await made.clock.advance(HOUR);
    expect(made.batches()).toHaveLength(3);
    expect(told(made)).toMatchObject([{ requestContext: { approximateInvokeCount: 3 } }]);
  });

  test('records of that age are given up', async () => {
    const made = setUpKafka();
    made.answer.handler = failsOnBad;
    made.cluster.put('orders', 0, { value: 'bad', timestampMs: made.clock.nowMs() - 50_000 }, 'bad too');
    await made.create({ ...PROVISIONED, ...TO_QUEUE, MaximumRetryAttempts: 10_000, MaximumRecordAgeInSeconds: 60 });
    await made.clock.advance(30_000);
    expect(told(made)).toMatchObject([
      { requestContext: { condition: 'RecordAgeExceeded' }, KafkaBatchInfo: { batchSize: 1 } },
    ]);
    expect(made.batches().at(-1)).toEqual(['bad too']);
  });

  test('a failed batch is split in two', async () => {
    const made = setUpKafka();
    made.answer.handler = failsOnBad;
    made.cluster.put('orders', 0, 'a', 'b', 'bad', 'c');
    await made.create({ ...PROVISIONED, ...TO_QUEUE, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 });
    await made.clock.advance(HOUR);
    expect(made.batches()).toEqual([['a', 'b', 'bad', 'c'], ['a', 'b'], ['bad', 'c'], ['bad'], ['c']]);
    expect(told(made)).toMatchObject([{ KafkaBatchInfo: { recordsInfo: { 'orders-0': { firstRecordOffset: '2' } } } }]);
  });

  test('only records that were reported are retried', async () => {
    const made = setUpKafka({ partitions: 2 });
    const { cluster, create, answer, batches, clock, committed } = made;
    answer.handler = reportsBad;
    cluster.put('orders', 0, 'a', 'bad 1', 'b');
    cluster.put('orders', 1, 'bad 2', 'c');
    const options = { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 1 };
    const { UUID } = await create({ ...PROVISIONED, ...TO_QUEUE, ...options });
    await until(() => batches().length === 2);
    expect(batches()[1]?.sort()).toEqual(['bad 1', 'bad 2']);
    expect(committed(UUID)).toEqual({ 0: 1, 1: 0 });
    await clock.advance(HOUR);
    expect(batches()).toHaveLength(3);
    expect(committed(UUID)).toEqual({ 0: 3, 1: 2 });
    expect(told(made)).toMatchObject([{ responseContext: { functionError: null }, KafkaBatchInfo: { batchSize: 2 } }]);
  });

  test.each([
    '{"batchItemFailures":[{"itemIdentifier":{"partition":"orders-9","offset":0}}]}',
    '{"batchItemFailures":[{"itemIdentifier":{"partition":"orders-0","offset":7}}]}',
    '{"batchItemFailures":[{"itemIdentifier":"orders-0:0"}]}',
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
  ])('the whole batch is retried for %s', async (json) => {
    const { cluster, create, answer, batches, clock } = setUpKafka();
    answer.handler = () => returned(json);
    cluster.put('orders', 0, 'a', 'b');
    await create({ ...PROVISIONED, FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 1 });
    await clock.advance(HOUR);
    expect(batches()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('several pollers work side by side, no more than there are partitions', async () => {
    const { cluster, create, batches, settled } = setUpKafka({ partitions: 2 });
    const { UUID } = await create({ ProvisionedPollerConfig: { MinimumPollers: 5 } });
    cluster.put('orders', 0, 'a');
    cluster.put('orders', 1, 'b');
    await settled();
    expect(cluster.group(String(UUID)).members.size).toBe(2);
    expect(batches().sort()).toEqual([['a'], ['b']]);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
describe('a topic as destination', () => {
  const FAILED = {
    ...PROVISIONED,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: 'kafka://failed' } },
  };

  test('gets a message of each record, with its key', async () => {
    const { cluster, create, answer, settled } = setUpKafka();
    cluster.make('failed');
    answer.handler = failsOnBad;
    cluster.put('orders', 0, { key: 'k', value: 'bad' }, { value: 'a' });
    await create(FAILED);
    await settled();
    const messages = cluster.log('failed', 0);
    expect(messages.map(({ key }) => key && Buffer.from(key).toString())).toEqual(['k', undefined]);
    expect(messages.map(({ value }) => JSON.parse(Buffer.from(value ?? '').toString()) as object)).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
        KafkaBatchInfo: { batchSize: 1, recordInfo: { offset: '0', timestamp: '2026-01-01T00:00:00.000Z' } },
        payload: { eventSource: 'SelfManagedKafka', records: { 'orders-0': [{ offset: 0, value: 'YmFk' }] } },
      },
      { payload: { records: { 'orders-0': [{ offset: 1 }] } } },
    ]);
  });

  test('is waited for while it is not there', async () => {
    const { cluster, create, answer, clock, committed, settled } = setUpKafka();
    answer.handler = failsOnBad;
    cluster.put('orders', 0, 'bad');
    const { UUID } = await create(FAILED);
    await settled();
    expect(committed(UUID)).toEqual({});
    cluster.make('failed');
    await clock.advance(60_000);
    expect(cluster.log('failed', 0)).toHaveLength(1);
    expect(committed(UUID)).toEqual({ 0: 1 });
  });
});

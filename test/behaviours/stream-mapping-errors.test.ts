// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html, "Configuring Kinesis … error handling"
// A failed batch is tried again in its place until it succeeds, its retries are used up, or it is too old; then the OnFailure
// destination learns where it was, and the shard goes on.
import { describe, expect, test } from 'vitest';
import { BUCKET, DEAD_LETTERS, FUNCTION, returned, texts, threw } from './dispatch-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';
import { failsOnBad, reportsBad, STREAM, setUpStream, TABLE_STREAM } from './stream-fakes.ts';

const TO_QUEUE = { DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } } };
const REPORTS = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

/** The records that the OnFailure queue got. */
const told = ({ sqs }: ReturnType<typeof setUpStream>) =>
  texts(sqs).map(
    (text) =>
      JSON.parse(text) as {
        readonly requestContext: { readonly condition: string; readonly approximateInvokeCount: number };
        readonly responseContext?: { readonly functionError: string | null };
        readonly KinesisBatchInfo: Readonly<Record<string, unknown>>;
      },
  );

describe('retries', () => {
  test('go on, ever more slowly, until the record expires at the end of the retention', async () => {
    const made = setUpStream();
    const { stream, create, times, answer, clock } = made;
    answer.handler = failsOnBad;
    stream.retentionMs = 60_000;
    stream.put('shard-0', 'bad');
    await create(TO_QUEUE);
    await clock.advance(30_000);
    stream.put('shard-0', 'good');
    await clock.advance(40_000);
    expect(times).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500, 51_500, 60_000]);
    expect(made.batches.at(-1)).toEqual(['good']);
    expect(told(made)).toMatchObject([{ requestContext: { condition: 'RecordAgeExceeded' } }]);
  });

  test('are as many as the mapping says; then the shard goes on', async () => {
    const made = setUpStream();
    made.answer.handler = failsOnBad;
    made.stream.put('shard-0', 'bad', 'a', 'b');
    await made.create({ MaximumRetryAttempts: 1, BatchSize: 2, ...TO_QUEUE });
    await made.clock.advance(10_000);
    expect(made.batches).toEqual([['bad', 'a'], ['bad', 'a'], ['b']]);
    expect(told(made)).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2, functionArn: FUNCTION },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        KinesisBatchInfo: { shardId: 'shard-0', startSequenceNumber: '100', endSequenceNumber: '101', batchSize: 2 },
      },
    ]);
  });

  test('are not used up by throttles', async () => {
    const made = setUpStream();
    const { stream, create, batches, answer, fn, clock, settled } = made;
    answer.handler = failsOnBad;
    stream.put('shard-0', 'bad');
    await create({ MaximumRetryAttempts: 1, ...TO_QUEUE });
    await settled();
    fn.reservedConcurrency = 0;
    await clock.advance(600_000);
    expect(batches).toHaveLength(1);
    fn.reservedConcurrency = undefined;
    await clock.advance(60_000);
    expect(batches).toHaveLength(2);
    expect(told(made)).toMatchObject([{ requestContext: { approximateInvokeCount: 2 } }]);
  });

  test('end with a success, which LastProcessingResult tells', async () => {
    const { stream, create, mappings, batches, answer, clock, settled } = setUpStream();
    const { UUID } = await create();
    const result = async () => (await mappings.get(String(UUID), CONTEXT))['LastProcessingResult'];
    expect(await result()).toBe('No records processed');
    answer.handler = () => threw('not yet');
    stream.put('shard-0', 'a');
    await settled();
    expect(await result()).toBe('PROBLEM: Function call failed');
    answer.handler = () => returned('null');
    await clock.advance(1000);
    expect(batches).toEqual([['a'], ['a']]);
    expect(await result()).toBe('OK');
  });
});

describe('LastProcessingResult', () => {
  const resultOf = async ({ mappings }: ReturnType<typeof setUpStream>, uuid: unknown) =>
    (await mappings.get(String(uuid), CONTEXT))['LastProcessingResult'];

  test('names a function that is gone', async () => {
    const made = setUpStream();
    const { UUID } = await made.create();
    made.fn.missing = true;
    made.stream.put('shard-0', 'a');
    await made.settled();
    expect(await resultOf(made, UUID)).toMatch(
      /^PROBLEM: Function not found: arn:aws:lambda:\S+:function:fn \(Service: /,
    );
  });

  test('names a stream that is gone, until it is there again', async () => {
    const made = setUpStream();
    const { UUID } = await made.create();
    made.stream.delete();
    await made.settled();
    expect(await resultOf(made, UUID)).toBe(`PROBLEM: Stream not found: ${STREAM}`);
    made.stream.exists = true;
    made.stream.open('shard-0');
    made.stream.put('shard-0', 'a');
    await made.settled();
    expect(await resultOf(made, UUID)).toBe('OK');
  });
});

describe('records that grow too old', () => {
  test('while they are retried are given up at that age', async () => {
    const made = setUpStream();
    made.answer.handler = failsOnBad;
    made.stream.put('shard-0', 'bad');
    await made.create({ MaximumRecordAgeInSeconds: 60, ...TO_QUEUE });
    await made.clock.advance(120_000);
    expect(made.batches).toHaveLength(8);
    const [record] = told(made);
    expect(record).toMatchObject({ requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 8 } });
    expect(record).not.toHaveProperty('responseContext');
    expect(made.sqs.got[0]?.atMs).toBe(60_000);
  });

  test('before they were delivered are cut out of the batch, and the others are delivered', async () => {
    const made = setUpStream();
    made.stream.put('shard-0', 'old');
    await made.clock.advance(60_000);
    made.stream.put('shard-0', 'a', 'b');
    await made.create({ MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: 0, ...TO_QUEUE });
    await made.settled();
    expect(made.batches).toEqual([['a', 'b']]);
    expect(told(made)).toMatchObject([
      {
        requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 1 },
        KinesisBatchInfo: { batchSize: 1, startSequenceNumber: '100', endSequenceNumber: '100' },
      },
    ]);
  });
});

describe('bisection', () => {
  test('halves a failed batch, without using up retries, until the bad record is alone', async () => {
    const made = setUpStream();
    made.answer.handler = failsOnBad;
    made.stream.put('shard-0', 'a', 'b', 'c', 'bad', 'd');
    await made.create({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1, ...TO_QUEUE });
    await made.clock.advance(10_000);
    expect(made.batches).toEqual([['a', 'b', 'c', 'bad', 'd'], ['a', 'b', 'c'], ['bad', 'd'], ['bad'], ['bad'], ['d']]);
    expect(told(made)).toMatchObject([
      { requestContext: { approximateInvokeCount: 2 }, KinesisBatchInfo: { startSequenceNumber: '103', batchSize: 1 } },
    ]);
  });

  test('goes on where it was after a restart', async () => {
    const first = setUpStream();
    first.answer.handler = failsOnBad;
    first.stream.put('shard-0', 'a', 'b', 'bad', 'c', 'd', 'e');
    await first.create({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2, BatchSize: 4 });
    await first.settled();
    await first.mappings.close(1000);
    expect(first.batches).toEqual([['a', 'b', 'bad', 'c'], ['a', 'b'], ['bad', 'c'], ['bad']]);
    const second = setUpStream({ registry: first.registry, source: first.stream, parts: first.parts });
    second.answer.handler = failsOnBad;
    await second.mappings.start();
    await second.clock.advance(60_000);
    expect(second.batches).toEqual([['bad'], ['bad'], ['c'], ['d', 'e']]);
  });

  test('cuts at the reported record when the function reports', async () => {
    const made = setUpStream();
    made.answer.handler = reportsBad;
    made.stream.put('shard-0', 'a', 'b', 'c', 'bad', 'd', 'e');
    await made.create({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0, ...REPORTS, ...TO_QUEUE });
    await made.clock.advance(10_000);
    expect(made.batches).toEqual([
      ['a', 'b', 'c', 'bad', 'd', 'e'],
      ['bad', 'd', 'e'],
      ['bad', 'd'],
      ['bad'],
      ['d'],
      ['e'],
    ]);
    expect(told(made)).toMatchObject([{ responseContext: { functionError: null } }]);
  });
});

describe('reported failures', () => {
  test('move the batch on to the lowest of them, which has all its retries', async () => {
    const made = setUpStream();
    made.answer.handler = reportsBad;
    made.stream.put('shard-0', 'a', 'b', 'c', 'd', 'e', 'bad');
    await made.create({ BatchSize: 3, MaximumRetryAttempts: 3, ...REPORTS, ...TO_QUEUE });
    await made.clock.advance(60_000);
    expect(made.batches).toEqual([['a', 'b', 'c'], ['d', 'e', 'bad'], ['bad'], ['bad'], ['bad'], ['bad']]);
    expect(told(made)).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 4 },
        responseContext: { functionError: null },
        KinesisBatchInfo: { batchSize: 1, startSequenceNumber: '105' },
      },
    ]);
  });

  test.each([['null'], ['{}'], ['""'], ['[]'], ['{"batchItemFailures":[]}'], ['{"batchItemFailures":null}']])(
    'of the form %s are none',
    async (answer) => {
      const made = setUpStream();
      made.answer.handler = () => returned(answer);
      made.stream.put('shard-0', 'a');
      await made.create({ MaximumRetryAttempts: 0, ...REPORTS, ...TO_QUEUE });
      await made.clock.advance(10_000);
      expect(made.batches).toHaveLength(1);
      expect(told(made)).toEqual([]);
    },
  );

  test.each([
    ['{"batchItemFailures":[{"itemIdentifier":""}]}'],
    ['{"batchItemFailures":[{"itemIdentifier":null}]}'],
    ['{"batchItemFailures":[{"itemIdentifier":123}]}'],
    ['{"batchItemFailures":[{"foo":"100"}]}'],
    ['{"batchItemFailures":[{"itemIdentifier":"99"}]}'],
    ['{"batchItemFailures":[{}]}'],
    ['{"batchItemFailures":"100"}'],
    ['nonsense'],
  ])('of the form %s mean that all failed', async (answer) => {
    const made = setUpStream();
    made.answer.handler = () => returned(answer);
    made.stream.put('shard-0', 'a', 'b');
    await made.create({ MaximumRetryAttempts: 1, ...REPORTS, ...TO_QUEUE });
    await made.clock.advance(10_000);
    expect(made.batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(told(made)).toMatchObject([
      { responseContext: { functionError: null }, KinesisBatchInfo: { batchSize: 2 } },
    ]);
  });

  test('are not read where the mapping does not ask for them', async () => {
    const made = setUpStream();
    made.answer.handler = reportsBad;
    made.stream.put('shard-0', 'bad');
    await made.create();
    await made.clock.advance(10_000);
    expect(made.batches).toEqual([['bad']]);
  });
});

describe('the destination', () => {
  test('gets a record with the members and their order as recorded', async () => {
    const made = setUpStream();
    made.answer.handler = failsOnBad;
    made.stream.put('shard-0', 'bad');
    await made.create({ MaximumRetryAttempts: 0, ...TO_QUEUE });
    await made.settled();
    const requestId = made.calls[0]?.request.requestId;
    expect(texts(made.sqs)).toEqual([
      `{"requestContext":{"requestId":"${requestId}","functionArn":"${FUNCTION}","condition":"RetryAttemptsExhausted","approximateInvokeCount":1},` +
        '"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},' +
        '"version":"1.0","timestamp":"2026-01-01T00:00:00.000Z",' +
        '"KinesisBatchInfo":{"shardId":"shard-0","startSequenceNumber":"100","endSequenceNumber":"100",' +
        '"approximateArrivalOfFirstRecord":"2026-01-01T00:00:00.000Z","approximateArrivalOfLastRecord":"2026-01-01T00:00:00.000Z",' +
        `"batchSize":1,"streamArn":"${STREAM}"}}`,
    ]);
  });

  test('gets the arrival of a change without milliseconds', async () => {
    const made = setUpStream({ arn: TABLE_STREAM });
    made.answer.handler = failsOnBad;
    made.stream.put('shard-0', 'bad');
    await made.create({ MaximumRetryAttempts: 0, ...TO_QUEUE });
    await made.settled();
    expect(JSON.parse(texts(made.sqs)[0] ?? '')).toMatchObject({
      timestamp: '2026-01-01T00:00:00.000Z',
      DDBStreamBatchInfo: {
        approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
        approximateArrivalOfLastRecord: '2026-01-01T00:00:00Z',
        streamArn: TABLE_STREAM,
      },
    });
  });

  test('gets the event itself where it is a bucket', async () => {
    const made = setUpStream();
    made.answer.handler = failsOnBad;
    made.stream.put('shard-0', 'bad');
    const { UUID } = await made.create({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: BUCKET } },
    });
    await made.settled();
    const [got] = made.s3.got;
    expect(got?.delivery.key).toMatch(
      new RegExp(`^aws/lambda/${UUID}/shard-0/2026/01/01/2026-01-01T00\\.00\\.00-[0-9a-f-]{36}$`),
    );
    const { payload } = JSON.parse(texts(made.s3)[0] ?? '') as { readonly payload: string };
    expect(JSON.parse(payload)).toEqual(JSON.parse(Buffer.from(made.calls[0]?.request.payload ?? '').toString()));
  });

  test('is told again when it cannot take the record, and left out when it never can', async () => {
    const made = setUpStream();
    made.answer.handler = failsOnBad;
    made.sqs.answers.push(
      { kind: 'refused', permanent: false, code: 'Throttled', message: 'later' },
      { kind: 'accepted' },
      { kind: 'refused', permanent: true, code: 'Gone', message: 'no such queue' },
    );
    made.stream.put('shard-0', 'bad-1', 'bad-2', 'good');
    await made.create({ MaximumRetryAttempts: 0, BatchSize: 1, ...TO_QUEUE });
    await made.clock.advance(60_000);
    expect(told(made)).toHaveLength(1);
    expect(made.batches).toEqual([['bad-1'], ['bad-2'], ['good']]);
  });

  test('is told of a record that makes an event larger than an invocation takes', async () => {
    const made = setUpStream();
    made.stream.put('shard-0', 'x'.repeat(5 * 1024 * 1024), 'good');
    await made.create(TO_QUEUE);
    await made.settled();
    expect(made.batches).toEqual([['good']]);
    expect(told(made)).toMatchObject([
      { requestContext: { condition: 'MaximumPayloadSizeExceeded' }, responseContext: null },
    ]);
  });
});

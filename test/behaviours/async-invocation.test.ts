// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html: Lambda retries function errors twice,
// after one and two minutes, and throttles and system errors for up to six hours.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { asArn } from '../../src/core/arn.ts';
import { until } from '../support/patience.ts';
import {
  BUCKET,
  BUS,
  DEAD_LETTERS,
  FUNCTION,
  fakeFunction,
  gate,
  never,
  QUEUE,
  request,
  returned,
  START_MS,
  setUpDispatch,
  TOPIC,
  texts,
  threw,
} from './dispatch-fakes.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

function failing(options: Parameters<typeof setUpDispatch>[0] = {}) {
  const parts = setUpDispatch(options);
  const fn = fakeFunction(() => threw('intentional failure'));
  fn.config = { maximumRetryAttempts: 2, maximumEventAgeMs: 6 * HOUR, onFailure: QUEUE };
  parts.functions.set(FUNCTION, fn);
  return { ...parts, fn };
}

describe('retries', () => {
  test('tries a failing function after one and then two minutes with the same request id, and gives up', async () => {
    const { clock, dispatcher, calls, sqs } = failing();
    await dispatcher.enqueue(request('{"n":300.0}', 'r-1'));
    await clock.advance(24 * HOUR);
    expect(calls.map(({ atMs }) => atMs)).toEqual([0, 60 * SECOND, 180 * SECOND]);
    expect(new Set(calls.map((call) => call.request.requestId))).toEqual(new Set(['r-1']));
    expect(sqs.got.map(({ arn, atMs }) => [arn, atMs])).toEqual([[QUEUE, 180 * SECOND]]);
  });

  test('stops when an attempt succeeds', async () => {
    const { clock, dispatcher, calls, fn, sqs } = failing();
    fn.handler = () => (calls.length === 2 ? returned('1') : threw('once'));
    await dispatcher.enqueue(request('{}'));
    await clock.advance(HOUR);
    expect(calls.length).toBe(2);
    expect(sqs.got).toEqual([]);
  });

  test.each([
    [0, 1],
    [1, 2],
    [2, 3],
  ])('MaximumRetryAttempts %i makes %i attempts', async (maximumRetryAttempts, attempts) => {
    const { clock, dispatcher, calls, fn, sqs } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts };
    await dispatcher.enqueue(request('{}'));
    await clock.advance(HOUR);
    expect(calls.length).toBe(attempts);
    expect(JSON.parse(texts(sqs)[0] ?? '').requestContext).toMatchObject({
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempts,
    });
  });

  test.each([
    [60, 1, 0],
    [90, 2, 60],
  ])(
    'with an age limit of %i s gives up right after attempt %i, as the next would come too late',
    async (age, attempts, at) => {
      const { clock, dispatcher, fn, sqs } = failing();
      fn.config = { ...fn.config, maximumEventAgeMs: age * SECOND };
      await dispatcher.enqueue(request('{}'));
      await clock.advance(HOUR);
      expect(sqs.got[0]?.atMs).toBe(at * SECOND);
      const record = JSON.parse(texts(sqs)[0] ?? '');
      expect(record.requestContext).toMatchObject({ condition: 'EventAgeExceeded', approximateInvokeCount: attempts });
      expect(record.responsePayload).toMatchObject({ errorMessage: 'intentional failure' });
    },
  );

  test('looks the configuration up at each attempt, so a change takes effect on events that wait', async () => {
    const { clock, dispatcher, calls, fn } = failing();
    await dispatcher.enqueue(request('{}'));
    await clock.advance(SECOND);
    fn.config = { ...fn.config, maximumRetryAttempts: 1 };
    await clock.advance(HOUR);
    expect(calls.length).toBe(2);
  });

  test('drops an event whose function is gone', async () => {
    const { clock, dispatcher, calls, fn, sqs, entries } = failing();
    await dispatcher.enqueue(request('{}'));
    await clock.advance(SECOND);
    fn.missing = true;
    await clock.advance(HOUR);
    expect(calls.length).toBe(1);
    expect(sqs.got).toEqual([]);
    expect(entries.map(({ what }) => what).join('\n')).toContain('dropped: Function not found');
  });

  test('treats a fault of the environment as a service error: the event is kept and tried again', async () => {
    const { clock, dispatcher, calls, fn } = failing();
    fn.handler = () => {
      if (calls.length === 1) throw new Error('no interpreter');
      return returned('1');
    };
    await dispatcher.enqueue(request('{}'));
    await clock.advance(HOUR);
    expect(calls.map(({ atMs }) => atMs)).toEqual([0, SECOND]);
  });
});

describe('throttles', () => {
  test('back off from one second, do not use up attempts, and end at the age limit', async () => {
    const { clock, dispatcher, fn, sqs, entries } = failing();
    fn.reservedConcurrency = 1;
    const busy = gate<ReturnType<typeof returned>>();
    fn.handler = () => busy.passed;
    fn.config = { ...fn.config, maximumEventAgeMs: 60 * SECOND };
    const holding = dispatcher.invoke(request('{}', 'holds'), never);
    await dispatcher.enqueue(request('{}', 'waits'));
    // The holder keeps one invocation in progress, so time moves by deadline instead of by rest.
    const retries = () =>
      entries.filter(({ kind }) => kind === 'retry').map(({ detail }) => (detail as { atMs: number }).atMs - START_MS);
    await until(() => retries().length === 1);
    busy.open(returned('1'));
    await holding;
    fn.reservedConcurrency = undefined;
    fn.state = 'Pending';
    await clock.advance(HOUR);
    expect(retries()).toEqual([1, 3, 7, 15, 31, 60].map((at) => at * SECOND));
    expect(sqs.got[0]?.atMs).toBe(60 * SECOND);
    expect(JSON.parse(texts(sqs)[0] ?? '')).toEqual({
      version: '1.0',
      timestamp: '2026-01-01T00:01:00.000Z',
      requestContext: {
        requestId: 'waits',
        functionArn: `${FUNCTION}:$LATEST`,
        condition: 'EventAgeExceeded',
        approximateInvokeCount: 0,
      },
      requestPayload: {},
    });
  });

  test('of many events behind one reserved place none is dropped: they do not all come back at one instant', async () => {
    const { clock, dispatcher, calls, fn, sqs } = failing();
    fn.reservedConcurrency = 1;
    fn.handler = () => new Promise((resolve) => setImmediate(() => resolve(returned('1'))));
    for (let event = 0; event < 200; event++) await dispatcher.enqueue(request('{}', `r-${event}`));
    await clock.advance(HOUR);
    expect(new Set(calls.map((call) => call.request.requestId)).size).toBe(200);
    expect(sqs.got).toEqual([]);
  });

  test('reserved concurrency of zero is no attempt: the record comes at once', async () => {
    const { clock, dispatcher, calls, fn, sqs } = failing();
    fn.reservedConcurrency = 0;
    await dispatcher.enqueue(request('{}', 'r-0'));
    await clock.advance(1);
    expect(calls).toEqual([]);
    expect(texts(sqs)).toEqual([
      `{"version":"1.0","timestamp":"2026-01-01T00:00:00.000Z","requestContext":{"requestId":"r-0","functionArn":"${FUNCTION}:$LATEST","condition":"ZeroReservedConcurrency","approximateInvokeCount":0},"requestPayload":{}}`,
    ]);
  });

  test('with one reserved, the second event waits and runs later with its own request id', async () => {
    const { clock, dispatcher, calls, fn } = failing();
    fn.reservedConcurrency = 1;
    const first = gate<ReturnType<typeof returned>>();
    fn.handler = (made) => (made.requestId === 'a' ? first.passed : returned('1'));
    await dispatcher.enqueue(request('{}', 'a'));
    await dispatcher.enqueue(request('{}', 'b'));
    await until(() => calls.length === 1);
    first.open(returned('1'));
    await clock.advance(10 * SECOND);
    expect(calls.map((call) => [call.request.requestId, call.atMs])).toEqual([
      ['a', 0],
      ['b', SECOND],
    ]);
  });
});

describe('destinations', () => {
  test('get a success record with payloads byte for byte', async () => {
    const { clock, dispatcher, functions, sqs } = setUpDispatch();
    const fn = fakeFunction(() => returned('{"n":12345678901234567890,"f":300.0}'));
    fn.config = { ...fn.config, onSuccess: QUEUE };
    functions.set(FUNCTION, fn);
    await dispatcher.enqueue(request('{ "n": 300.0 }', 'r-1'));
    await clock.advance(1);
    expect(texts(sqs)).toEqual([
      `{"version":"1.0","timestamp":"2026-01-01T00:00:00.000Z","requestContext":{"requestId":"r-1","functionArn":"${FUNCTION}:$LATEST","condition":"Success","approximateInvokeCount":1},"requestPayload":{ "n": 300.0 },"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":{"n":12345678901234567890,"f":300.0}}`,
    ]);
    expect(sqs.got[0]?.delivery).toMatchObject({ principal: 'lambda.amazonaws.com', sourceArn: `${FUNCTION}:$LATEST` });
    expect(sqs.got[0]?.delivery.traceHeader).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
  });

  test('get a failure record with the last response', async () => {
    const { clock, dispatcher, fn, sqs } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 0 };
    await dispatcher.enqueue(request('{"raise_error":1}', 'r-1', asArn(`${FUNCTION}:live`)));
    await clock.advance(1);
    expect(texts(sqs)).toEqual([
      `{"version":"1.0","timestamp":"2026-01-01T00:00:00.000Z","requestContext":{"requestId":"r-1","functionArn":"${FUNCTION}:live","condition":"RetriesExhausted","approximateInvokeCount":1},"requestPayload":{"raise_error":1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"responsePayload":{"errorMessage":"intentional failure","errorType":"Error"}}`,
    ]);
  });

  test('a bucket gets the record under a key of function, day and time', async () => {
    const { clock, dispatcher, fn, s3 } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 0, onFailure: BUCKET };
    await dispatcher.enqueue(request('{}'));
    await clock.advance(1);
    expect(s3.got[0]?.delivery.key).toMatch(
      /^aws\/lambda\/async\/fn\/2026\/01\/01\/2026-01-01T00\.00\.00-[0-9a-f-]{36}$/,
    );
  });

  test('a function gets the record as an asynchronous event of its own', async () => {
    const { clock, dispatcher, functions, fn, calls } = failing();
    const next = asArn(`${FUNCTION}-next`);
    functions.set(
      next,
      fakeFunction(() => returned('null')),
    );
    fn.config = { ...fn.config, maximumRetryAttempts: 0, onFailure: next };
    await dispatcher.enqueue(request('{}', 'r-1'));
    await clock.advance(1);
    const [, second] = calls.map((call) => call.request);
    expect(second?.functionArn).toBe(next);
    expect(second?.requestId).not.toBe('r-1');
    expect(JSON.parse(Buffer.from(second?.payload ?? '').toString())).toMatchObject({
      requestContext: { requestId: 'r-1' },
    });
  });

  test('an event bus gets the record as an event of the function', async () => {
    const { clock, dispatcher, functions, fn, events } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 0, onFailure: BUS };
    const well = fakeFunction(() => returned('{}'));
    well.config = { ...fn.config, onSuccess: BUS };
    const other = asArn(`${FUNCTION}-well`);
    functions.set(other, well);
    await dispatcher.enqueue(request('{}', 'r-1'));
    await dispatcher.enqueue(request('{}', 'r-2', other));
    await clock.advance(1);
    const envelope = { source: 'lambda', detailType: 'Lambda Function Invocation Result - Failure' };
    expect(events.got.map(({ arn, delivery: { event } }) => [arn, event])).toEqual([
      [BUS, { ...envelope, resources: [BUS, `${FUNCTION}:$LATEST`] }],
      [
        BUS,
        {
          ...envelope,
          detailType: envelope.detailType.replace('Failure', 'Success'),
          resources: [BUS, `${other}:$LATEST`],
        },
      ],
    ]);
    expect(texts(events).map((text) => JSON.parse(text).requestContext.condition)).toEqual([
      'RetriesExhausted',
      'Success',
    ]);
  });

  test('a topic gets the record as its message, and as a dead-letter target the event with its error', async () => {
    const { clock, dispatcher, fn, sns } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 0, onFailure: TOPIC };
    fn.deadLetterArn = TOPIC;
    await dispatcher.enqueue(request('{ "n": 300.0 }', 'r-1'));
    await clock.advance(1);
    const [record, letter] = sns.got.map(({ delivery }) => delivery);
    expect(record?.attributes).toBeUndefined();
    expect(texts(sns)[1]).toBe('{ "n": 300.0 }');
    expect(letter?.attributes).toMatchObject({ ErrorCode: { type: 'Number', value: '200' } });
  });

  test('a topic is not sent the payloads of a failure that are too large for it together', async () => {
    const { clock, dispatcher, fn, sns } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 0, onFailure: TOPIC };
    fn.handler = () => threw('e'.repeat(200_000));
    await dispatcher.enqueue(request(JSON.stringify('r'.repeat(100_000))));
    await clock.advance(1);
    const record = JSON.parse(texts(sns)[0] ?? '{}');
    expect(record).toMatchObject({ responseContext: { functionError: 'Unhandled' } });
    expect(Object.keys(record)).toEqual(['version', 'timestamp', 'requestContext', 'responseContext']);
  });

  test('a dead-letter queue gets the event as it was, with the error in attributes', async () => {
    const { clock, dispatcher, fn, sqs } = failing();
    fn.config = { maximumRetryAttempts: 0, maximumEventAgeMs: HOUR };
    fn.deadLetterArn = DEAD_LETTERS;
    fn.handler = () => threw('é'.repeat(2000));
    await dispatcher.enqueue(request('{ "n": 300.0 }', 'r-1'));
    await clock.advance(1);
    expect(texts(sqs)).toEqual(['{ "n": 300.0 }']);
    expect(sqs.got[0]?.delivery.attributes).toEqual({
      RequestID: { type: 'String', value: 'r-1' },
      ErrorCode: { type: 'Number', value: '200' },
      ErrorMessage: { type: 'String', value: 'é'.repeat(512) },
    });
  });

  test('both sinks get their copy when both are set, the destination first', async () => {
    const { clock, dispatcher, fn, sqs } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 0 };
    fn.deadLetterArn = DEAD_LETTERS;
    await dispatcher.enqueue(request('{}'));
    await clock.advance(1);
    expect(sqs.got.map(({ arn }) => arn)).toEqual([QUEUE, DEAD_LETTERS]);
  });

  test('a delivery that was refused for now is made later, without running the function again', async () => {
    const { clock, dispatcher, fn, sqs, calls } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 0 };
    sqs.answers.push({ kind: 'refused', permanent: false, code: 'Busy', message: 'later' });
    await dispatcher.enqueue(request('{}'));
    await clock.advance(HOUR);
    expect(calls.length).toBe(1);
    expect(sqs.got.map(({ atMs }) => atMs)).toEqual([SECOND]);
  });

  test('a delivery that is refused for good is journalled as dropped', async () => {
    const { clock, dispatcher, fn, sqs, entries } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 0 };
    sqs.answers.push({ kind: 'refused', permanent: true, code: 'NonExistentQueue', message: 'gone' });
    await dispatcher.enqueue(request('{}'));
    await clock.advance(HOUR);
    expect(sqs.got).toEqual([]);
    expect(entries.at(-1)?.what).toBe(`OnFailure ${QUEUE}: refused, dropped (NonExistentQueue: gone)`);
  });
});

describe('life cycle', () => {
  test('reset forgets what waits', async () => {
    const { clock, dispatcher, calls } = failing();
    await dispatcher.enqueue(request('{}'));
    await clock.advance(1);
    await dispatcher.reset();
    await clock.advance(HOUR);
    expect(calls.length).toBe(1);
  });

  test('what was accepted outlives the process, byte for byte', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'headwater-async-'));
    const functions = new Map([[FUNCTION as string, fakeFunction(() => returned('1'))]]);
    const payload = '{ "n": 300.0, "é": "\\u0000" }';
    try {
      {
        await using store = await openLmdbStore({ dataDir, fsync: false });
        const { dispatcher } = setUpDispatch({ store, functions });
        await dispatcher.close(1000);
        await dispatcher.enqueue(request(payload, 'r-1'));
      }
      await using store = await openLmdbStore({ dataDir, fsync: false });
      const { clock, calls } = setUpDispatch({ store, functions });
      await clock.advance(0);
      expect(calls.map((call) => call.request)).toMatchObject([{ requestId: 'r-1', eventIds: ['event-of-r-1'] }]);
      expect(Buffer.from(calls[0]?.request.payload ?? '').toString()).toBe(payload);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  test('close waits for the run in progress and starts nothing more', async () => {
    const { dispatcher, calls, fn, clock } = failing();
    const running = gate<ReturnType<typeof returned>>();
    fn.handler = () => running.passed;
    await dispatcher.enqueue(request('{}'));
    await until(() => calls.length === 1);
    const closing = dispatcher.close(10_000);
    running.open(threw('late'));
    await closing;
    await clock.advance(HOUR);
    expect(calls.length).toBe(1);
  });

  test('each step is in the journal under the ids of its event', async () => {
    const { clock, dispatcher, fn, entries } = failing();
    fn.config = { ...fn.config, maximumRetryAttempts: 1 };
    await dispatcher.enqueue(request('{}', 'r-1'));
    await clock.advance(HOUR);
    expect(entries.map(({ kind }) => kind)).toEqual(['event', 'attempt', 'retry', 'attempt', 'decision', 'delivery']);
    expect(entries.every((entry) => entry.requestId === 'r-1' && entry.eventIds?.[0] === 'event-of-r-1')).toBe(true);
    expect(new Set(entries.map(({ traceId }) => traceId)).size).toBe(1);
  });
});

// docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html: what Lambda publishes of functions and of event source
// mappings, in AWS/Lambda.
import { describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../src/core/clock.ts';
import { until } from '../support/patience.ts';
import {
  DEAD_LETTERS,
  FUNCTION,
  fakeFunction,
  gate,
  never,
  request,
  returned,
  setUpDispatch,
  threw,
} from './dispatch-fakes.ts';
import { setUpMappings } from './mapping-fakes.ts';
import { failsOnBad, reportsBad, setUpStream } from './stream-fakes.ts';

const OF_FUNCTION = { FunctionName: 'fn' };

describe('of invocations', () => {
  it('counts those that run, those that fail and those that are throttled', async () => {
    const { functions, dispatcher, metrics } = setUpDispatch();
    const fn = fakeFunction(({ payload }) => (payload.length > 2 ? threw('as told') : returned('1')));
    functions.set(FUNCTION, fn);
    const invoke = (payload: string) => dispatcher.invoke(request(payload), never);
    await invoke('{}');
    await invoke('{ }');
    fn.reservedConcurrency = 0;
    await invoke('{}');
    expect(metrics.values('Invocations', OF_FUNCTION)).toEqual([1, 1]);
    expect(metrics.values('Errors', OF_FUNCTION)).toEqual([0, 1]);
    expect(metrics.values('Throttles', OF_FUNCTION)).toEqual([0, 0, 1]);
    expect(metrics.values('Duration', OF_FUNCTION)).toEqual([1, 1]);
    expect(metrics.sum('Invocations', { FunctionName: 'fn', Resource: 'fn' })).toBe(2);
    expect(metrics.sum('Invocations')).toBe(2);
  });

  it('says how many run at once, of this function and of all', async () => {
    const { functions, dispatcher, metrics, calls } = setUpDispatch();
    const waiting = gate<ReturnType<typeof returned>>();
    functions.set(
      FUNCTION,
      fakeFunction(() => waiting.passed),
    );
    const running = [1, 2, 3].map(() => dispatcher.invoke(request('{}'), never));
    await until(() => calls.length === 3);
    waiting.open(returned('1'));
    await Promise.all(running);
    await dispatcher.invoke(request('{}'), never);
    expect(metrics.values('ConcurrentExecutions', OF_FUNCTION)).toEqual([1, 2, 3, 1]);
    expect(metrics.values('ConcurrentExecutions')).toEqual([1, 2, 3, 1]);
    expect(metrics.values('UnreservedConcurrentExecutions')).toEqual([1, 2, 3, 1]);
  });

  it('follows an event from being queued to being given up', async () => {
    const { functions, dispatcher, metrics, clock, sqs } = setUpDispatch({
      timing: { asyncRetryDelaysMs: [60_000, 120_000] },
    });
    const fn = fakeFunction(() => threw('always'));
    fn.deadLetterArn = DEAD_LETTERS;
    functions.set(FUNCTION, fn);
    sqs.answers.push({ kind: 'refused', permanent: true, code: 'Gone', message: 'There is no such queue' });
    await dispatcher.enqueue(request('{}'));
    await clock.advance(HOUR);
    expect(metrics.sum('AsyncEventsReceived', OF_FUNCTION)).toBe(1);
    expect(metrics.values('AsyncEventAge', OF_FUNCTION)).toEqual([0, 60_000, 180_000]);
    expect(metrics.sum('AsyncEventsDropped', OF_FUNCTION)).toBe(1);
    expect(metrics.sum('DeadLetterErrors', OF_FUNCTION)).toBe(1);
  });
});

describe('of mappings whose MetricsConfig asks for EventCount', () => {
  const MetricsConfig = { Metrics: ['EventCount'] };

  it('counts what a queue gave, what was kept out, invoked, failed and deleted', async () => {
    const { queue, fn, create, metrics, clock } = setUpMappings();
    fn.handler = () => threw('the first time');
    const Filters = [{ Pattern: '{"body":{"wanted":[true]}}' }];
    const { UUID } = await create({ MetricsConfig, FilterCriteria: { Filters } });
    queue.send('{"wanted":true}', '{"wanted":true}', '{"wanted":false}');
    await clock.advance(SECOND);
    fn.handler = () => returned('null');
    await clock.advance(HOUR);
    const sum = (name: string) => metrics.sum(name, { EventSourceMappingUUID: String(UUID) });
    expect(sum('PolledEventCount')).toBe(5);
    expect(sum('FilteredOutEventCount')).toBe(1);
    expect(sum('InvokedEventCount')).toBe(4);
    expect(sum('FailedInvokeEventCount')).toBe(2);
    expect(sum('DeletedEventCount')).toBe(2);
  });

  it('counts what a stream gave up, and tells how old it was', async () => {
    const { stream, answer, create, metrics, clock } = setUpStream();
    answer.handler = failsOnBad;
    const { UUID } = await create({ MetricsConfig, MaximumRetryAttempts: 1, BatchSize: 1 });
    stream.put('shard-0', 'good', 'bad');
    await clock.advance(HOUR);
    const sum = (name: string) => metrics.sum(name, { EventSourceMappingUUID: String(UUID) });
    expect(sum('PolledEventCount')).toBe(2);
    expect(sum('InvokedEventCount')).toBe(3);
    expect(sum('FailedInvokeEventCount')).toBe(2);
    expect(sum('DroppedEventCount')).toBe(1);
    const ages = metrics.values('IteratorAge', OF_FUNCTION);
    expect(ages).toHaveLength(3);
    expect(ages[2]).toBeGreaterThan(0);
  });

  it('counts what reached the OnFailure destination instead of what was dropped', async () => {
    const { stream, answer, create, metrics, clock } = setUpStream();
    answer.handler = reportsBad;
    const { UUID } = await create({
      ...{ MetricsConfig, MaximumRetryAttempts: 0, FunctionResponseTypes: ['ReportBatchItemFailures'] },
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
    });
    stream.put('shard-0', 'good', 'bad');
    await clock.advance(HOUR);
    const sum = (name: string) => metrics.sum(name, { EventSourceMappingUUID: String(UUID) });
    expect(sum('OnFailureDestinationDeliveredEventCount')).toBe(1);
    expect(sum('DroppedEventCount')).toBe(0);
  });

  it('counts nothing without it, and refuses families that it does not publish', async () => {
    const { queue, create, metrics, clock } = setUpMappings();
    const { UUID } = await create();
    queue.send('a');
    await clock.advance(SECOND);
    expect(metrics.sum('PolledEventCount', { EventSourceMappingUUID: String(UUID) })).toBe(0);
    await expect(create({ MetricsConfig: { Metrics: ['ErrorCount'] } })).rejects.toMatchObject({
      message: 'Headwater does not publish the metrics ErrorCount; MetricsConfig takes EventCount.',
    });
  });
});

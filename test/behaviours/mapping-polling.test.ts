// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html, "Batching behavior", and
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
import { describe, expect, test } from 'vitest';
import { createMappings } from '../../mappings/poll/mappings.ts';
import { QueueConcurrency } from '../../mappings/poll/queue/queue-concurrency.ts';
import { readQueueSettings } from '../../mappings/poll/queue/queue-settings.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { until } from '../support/patience.ts';
import { gate, returned, threw } from './dispatch-fakes.ts';
import { bodiesOf, CONTEXT, setUpMappings } from './mapping-fakes.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `b${index}`);

describe('batching', () => {
  test('without a window a batch is what one poll found, at most BatchSize', async () => {
    const { queue, batches, clock, create } = setUpMappings();
    queue.send(...numbered(13));
    await create({ BatchSize: 10 });
    await clock.advance(0);
    expect(batches.map((batch) => batch.length)).toEqual([10, 3]);
    expect(queue.messages).toEqual([]);
  });

  test('with a window messages gather until it ends', async () => {
    const { queue, batches, clock, create } = setUpMappings();
    await create({ BatchSize: 100, MaximumBatchingWindowInSeconds: 5 });
    queue.send('a');
    await clock.advance(3 * SECOND);
    queue.send('b');
    await clock.advance(2 * SECOND - 1);
    expect(batches).toEqual([]);
    await clock.advance(1);
    expect(batches).toEqual([['a', 'b']]);
  });

  test('a full batch goes out before its window ends', async () => {
    const { queue, batches, clock, create } = setUpMappings();
    await create({ BatchSize: 20, MaximumBatchingWindowInSeconds: 300 });
    queue.send(...numbered(25));
    await clock.advance(0);
    expect(batches.map((batch) => batch.length)).toEqual([20]);
  });

  test('the next window runs from the end of the previous invocation', async () => {
    const { queue, batches, clock, create } = setUpMappings();
    await create({ BatchSize: 20, MaximumBatchingWindowInSeconds: 10 });
    queue.send('a');
    await clock.advance(10 * SECOND);
    expect(batches).toEqual([['a']]);
    await clock.advance(7 * SECOND);
    queue.send('b');
    await clock.advance(3 * SECOND);
    expect(batches).toEqual([['a'], ['b']]);
  });

  test('the event stays within 6 MB; what does not fit is in the next batch and counts as received once', async () => {
    const { queue, batches, clock, create, fn } = setUpMappings();
    const counts: string[] = [];
    const sizes: number[] = [];
    fn.handler = ({ payload }) => {
      sizes.push(payload.length);
      batches.push(bodiesOf(payload));
      for (const record of JSON.parse(Buffer.from(payload).toString()).Records) {
        counts.push(record.attributes.ApproximateReceiveCount);
      }
      return returned('null');
    };
    const body = '"'.repeat(500 * 1024);
    queue.send(...Array.from({ length: 8 }, () => body));
    await create({ BatchSize: 10 });
    await clock.advance(0);
    expect(batches.map((batch) => batch.length)).toEqual([6, 2]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(new Set(counts)).toEqual(new Set(['1']));
  });

  test('a message that makes an event of more than 6 MB is never delivered and stays', async () => {
    const { queue, batches, clock, create, entries } = setUpMappings();
    queue.send('\u0001'.repeat(1024 * 1024), 'small');
    await create({ BatchSize: 2 });
    await clock.advance(SECOND);
    expect(batches).toEqual([['small']]);
    expect(queue.messages.map(({ id }) => id)).toEqual(['m-0']);
    expect(entries.some(({ what }) => what.includes('more than an invocation takes'))).toBe(true);
  });

  test('window and function timeout beyond the visibility timeout hide messages for both and 30 s more', async () => {
    const { queue, clock, create, fn } = setUpMappings();
    fn.timeoutMs = 20 * SECOND;
    await create({ BatchSize: 20, MaximumBatchingWindowInSeconds: 20 });
    queue.send('a');
    await clock.advance(MINUTE);
    expect(queue.lastVisibilityMs).toBe(70 * SECOND);
  });
});

describe('filters', () => {
  test('what matches none is deleted, before batching', async () => {
    const { queue, batches, clock, create, entries } = setUpMappings();
    queue.send('{"n":101}', '{"n":100}', 'plain');
    await create({ FilterCriteria: { Filters: [{ Pattern: '{"body":{"n":[{"numeric":[">",100]}]}}' }] } });
    await clock.advance(0);
    expect(batches).toEqual([['{"n":101}']]);
    expect(queue.messages).toEqual([]);
    expect(entries.find(({ what }) => what === '2 filtered out')?.eventIds).toEqual(['m-1', 'm-2']);
  });
});

describe('concurrency', () => {
  function held(options: Parameters<typeof setUpMappings>[0] = {}) {
    const parts = setUpMappings(options);
    const done = gate<ReturnType<typeof returned>>();
    let running = 0;
    let most = 0;
    parts.fn.handler = async () => {
      most = Math.max(most, ++running);
      const result = await done.passed;
      running--;
      return result;
    };
    return { ...parts, finish: () => done.open(returned('null')), running: () => running, most: () => most };
  }
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  };

  test('starts with five batches at a time', async () => {
    const { queue, create, running, finish, clock } = held();
    queue.send(...numbered(20));
    await create({ BatchSize: 1 });
    await settle();
    expect(running()).toBe(5);
    finish();
    await clock.advance(0);
    expect(queue.messages).toEqual([]);
  });

  test('MaximumConcurrency bounds the batches, and no message more is received', async () => {
    const { queue, create, running, finish, clock } = held();
    queue.send(...numbered(10));
    await create({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await settle();
    expect(running()).toBe(2);
    expect(queue.messages.filter(({ receives }) => receives > 0).length).toBe(2);
    finish();
    await clock.advance(0);
  });

  test('grows by 300 a minute up to 1,250 while there is a backlog, and starts over once idle', () => {
    const settings = readQueueSettings({});
    const concurrency = new QueueConcurrency(settings, promptTiming, 5000);
    expect(concurrency.limit(0)).toBe(5);
    concurrency.busy(1000);
    const at = (minutes: number) => concurrency.limit(1000 + minutes * MINUTE);
    expect([0.9, 1, 2, 4, 5, 60].map(at)).toEqual([5, 305, 605, 1205, 1250, 1250]);
    expect(concurrency.growsAtMs(1000 + 1.5 * MINUTE)).toBe(1000 + 2 * MINUTE);
    expect(concurrency.growsAtMs(1000 + 5 * MINUTE)).toBeUndefined();
    concurrency.idle();
    expect(at(60)).toBe(5);
  });

  test('provisioned pollers run ten batches each, from the minimum to the maximum', () => {
    const settings = readQueueSettings({ ProvisionedPollerConfig: { MinimumPollers: 3, MaximumPollers: 150 } });
    const concurrency = new QueueConcurrency(settings, promptTiming, 5000);
    concurrency.busy(0);
    expect([0, 1, 2].map((minutes) => concurrency.limit(minutes * MINUTE))).toEqual([30, 1030, 1500]);
  });

  test('never polls past the environments that the machine can run, all mappings together', async () => {
    const { queue, create, running, finish, clock } = held({ capacity: 3 });
    queue.send(...numbered(20));
    await create({ BatchSize: 1 });
    await settle();
    expect(running()).toBe(3);
    finish();
    await clock.advance(0);
    expect(queue.messages).toEqual([]);
  });

  test('a FIFO group has one batch in flight, in order; groups run beside each other', async () => {
    const { queue, create, batches, clock } = setUpMappings();
    queue.fifo = true;
    queue.sendTo('g1', 'a1', 'a2', 'a3');
    queue.sendTo('g2', 'b1', 'b2');
    await create({ BatchSize: 2 });
    await clock.advance(0);
    const order = batches.flat();
    expect(order.filter((body) => body.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(order.filter((body) => body.startsWith('b'))).toEqual(['b1', 'b2']);
  });
});

describe('when the function cannot be reached', () => {
  test('a throttled batch is kept and tried again until it gets through', async () => {
    const { queue, create, batches, clock, fn } = setUpMappings();
    fn.reservedConcurrency = 0;
    queue.send('a');
    await create();
    await clock.advance(5 * SECOND);
    fn.reservedConcurrency = undefined;
    await clock.advance(5 * SECOND);
    expect(batches).toEqual([['a']]);
    expect(queue.takes).toBe(1);
  });

  test('a batch that stays throttled goes back to the queue with its visibility timeout', async () => {
    const { queue, create, clock, fn } = setUpMappings();
    fn.reservedConcurrency = 0;
    queue.send('a');
    await create();
    await clock.advance(65 * SECOND);
    expect(queue.messages[0]?.receives).toBe(3);
  });

  test('nothing is taken while the function does not exist; it goes on once it does', async () => {
    const { queue, create, batches, clock, fn } = setUpMappings();
    await create();
    await clock.advance(0);
    fn.missing = true;
    queue.send('a', 'b');
    await clock.advance(MINUTE);
    expect(batches).toEqual([]);
    expect(queue.messages.map(({ receives }) => receives)).toEqual([0, 0]);
    fn.missing = false;
    await clock.advance(2 * MINUTE);
    expect(batches).toEqual([['a', 'b']]);
  });

  test('a failed batch is left to the visibility timeout and comes again', async () => {
    const { queue, create, clock, fn, calls } = setUpMappings();
    fn.handler = () => (calls.length === 1 ? threw('once') : returned('null'));
    queue.send('a');
    await create();
    await clock.advance(29 * SECOND);
    expect(calls.length).toBe(1);
    await clock.advance(2 * SECOND);
    expect(calls.length).toBe(2);
    expect(queue.messages).toEqual([]);
  });
});

describe('stopping', () => {
  test('disabling lets the batch in flight finish and takes nothing more', async () => {
    const { queue, create, mappings, fn, calls, clock, batches } = setUpMappings();
    const done = gate<ReturnType<typeof returned>>();
    fn.handler = () => done.passed;
    queue.send('a');
    const { UUID } = await create({ BatchSize: 1 });
    await until(() => calls.length === 1);
    expect(await mappings.update({ UUID, Enabled: false }, CONTEXT)).toMatchObject({ State: 'Disabling' });
    queue.send('b');
    done.open(returned('null'));
    await clock.advance(MINUTE);
    expect(queue.settled).toEqual(['m-0']);
    expect(queue.messages.map(({ body, receives }) => [body, receives])).toEqual([['b', 0]]);
    expect(batches).toEqual([]);
  });

  test('what was gathered but not delivered is given back as if it had not been taken', async () => {
    const { queue, create, mappings, clock, batches } = setUpMappings();
    const { UUID } = await create({ BatchSize: 100, MaximumBatchingWindowInSeconds: 60 });
    queue.send('a');
    await clock.advance(SECOND);
    await mappings.update({ UUID, Enabled: false }, CONTEXT);
    await clock.advance(2 * MINUTE);
    expect(batches).toEqual([]);
    expect(queue.messages.map(({ receives }) => receives)).toEqual([0]);
  });

  test('a batch that waits out a throttle is given back at once', async () => {
    const { queue, create, mappings, fn, clock } = setUpMappings();
    fn.reservedConcurrency = 0;
    queue.send('a');
    const { UUID } = await create();
    await clock.advance(SECOND);
    await mappings.remove(String(UUID), CONTEXT);
    await clock.advance(0);
    expect(queue.messages.map(({ receives }) => receives)).toEqual([0]);
  });

  test('close waits for batches in flight, and a restart resumes the mapping', async () => {
    const { queue, create, mappings, mappingsOptions, clock, batches } = setUpMappings();
    await create();
    await mappings.close(1000);
    queue.send('a');
    await clock.advance(MINUTE);
    expect(batches).toEqual([]);
    const resumed = createMappings(mappingsOptions);
    await resumed.start();
    await clock.advance(0);
    expect(batches).toEqual([['a']]);
    await resumed.close(1000);
  });

  test('reset forgets the mappings', async () => {
    const { queue, create, mappings, clock, batches, registry } = setUpMappings();
    await create();
    await mappings.reset();
    queue.send('a');
    await clock.advance(MINUTE);
    expect(batches).toEqual([]);
    expect(await registry.list('lambda-mappings/')).toEqual([]);
  });
});

describe('idleness', () => {
  test('messages count as due only while a live mapping would take them', async () => {
    const { queue, create, mappings, activity, clock, fn } = setUpMappings();
    const done = gate<ReturnType<typeof returned>>();
    fn.handler = () => done.passed;
    queue.send('a');
    expect(activity.now().idle).toBe(true);
    const { UUID } = await create({ Enabled: false });
    expect(activity.now().idle).toBe(true);
    await mappings.update({ UUID, Enabled: true }, CONTEXT);
    await new Promise(setImmediate);
    expect(activity.now().idle).toBe(false);
    done.open(returned('null'));
    await clock.advance(0);
    expect(activity.now().idle).toBe(true);
  });

  test('an open window is no activity, and its end is the next thing due', async () => {
    const { queue, create, activity, clock } = setUpMappings();
    await create({ BatchSize: 20, MaximumBatchingWindowInSeconds: 10 });
    queue.send('a');
    await clock.advance(0);
    expect(activity.now()).toMatchObject({ idle: true, nextDueAt: clock.nowMs() + 10 * SECOND });
  });

  test('one event can be followed through the journal', async () => {
    const { queue, create, entries, clock } = setUpMappings();
    queue.send('a');
    const { UUID } = await create();
    await clock.advance(0);
    const trail = entries.filter(({ eventIds }) => eventIds?.includes('m-0'));
    expect(trail.map(({ kind }) => kind)).toEqual(['batch', 'attempt', 'settle']);
    expect(trail[0]?.mapping).toBe(UUID);
  });
});

// The message queue on Redis does what the port promises, and what processes that share it need.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMessageQueue } from '../../src/backends/redis/message-queue/message-queue.ts';
import { createActivity } from '../../src/core/activity.ts';
import { asArn } from '../../src/core/arn.ts';
import { HOUR, MINUTE, realClock, SECOND } from '../../src/core/clock.ts';
import type { MessageQueue } from '../../src/core/ports/message-queue.ts';
import { systemRandom } from '../../src/core/random.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { describeOn } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { createTestRedis, type TestRedis } from '../support/test-redis.ts';
import { conditions, DEAD, describeMessageQueue, FIFO, message, ORDERS, STANDARD } from './message-queue.ts';

const texts = (count: number, from = 0) => Array.from({ length: count }, (_, index) => message(`m${from + index}`));
const forever = new AbortController().signal;

describeOn(['redis'], 'the message queue on Redis', () => {
  let redis: TestRedis;
  const opened: MessageQueue[] = [];
  beforeEach(() => {
    redis = createTestRedis();
  });
  afterEach(async () => {
    for (const queues of opened.splice(0)) await queues[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  /** The queues as one process has them. */
  async function open<Around extends Omit<Parameters<typeof openMessageQueue>[0], 'link'>>(around: Around) {
    const queues = await openMessageQueue({ link: await redis.open(), ...around });
    opened.push(queues);
    return queues;
  }
  const openProcess = async () => {
    const activity = createActivity();
    const queues = await open({ clock: realClock, random: systemRandom, timing: promptTiming, activity });
    return { queues, activity };
  };

  describeMessageQueue('redis', open);

  test('what one process sends wakes those who wait in another', async () => {
    const [{ queues: here }, { queues: there }] = [await openProcess(), await openProcess()];
    await here.declare(ORDERS, STANDARD);
    for (let round = 0; round < 20; round++) {
      const waiting = there.receive(ORDERS, { max: 1, signal: forever });
      await there.counts(ORDERS);
      await here.send(ORDERS, [message(`m${round}`)]);
      const [taken] = await waiting;
      expect(taken?.id).toBe(`m${round}`);
      await there.remove(ORDERS, [taken?.handle ?? '']);
    }
  });

  test('each message goes to one of those who wait in several processes, and none is left', async () => {
    const processes = [await openProcess(), await openProcess(), await openProcess()];
    const [first] = processes;
    await first?.queues.declare(ORDERS, STANDARD);
    const end = new AbortController();
    const taken: string[] = [];
    const pollers = processes.flatMap(({ queues }) =>
      Array.from({ length: 3 }, async () => {
        for (;;) {
          const messages = await queues.receive(ORDERS, { max: 3, signal: end.signal });
          if (messages.length === 0) return;
          taken.push(...messages.map(({ id }) => id));
          await queues.remove(
            ORDERS,
            messages.map(({ handle }) => handle),
          );
          if (taken.length >= 300) end.abort();
        }
      }),
    );
    for (let sent = 0; sent < 300; sent += 10) await first?.queues.send(ORDERS, texts(10, sent));
    await Promise.all(pollers);
    expect(new Set(taken).size).toBe(300);
    expect(taken).toHaveLength(300);
    expect(await first?.queues.counts(ORDERS)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    for (const { activity } of processes) expect(activity.now().inFlight).toBe(0);
  });

  test('what a process took and never settled comes back to who waits in another, though nobody says so', async () => {
    const [{ queues: here }, { queues: there }] = [await openProcess(), await openProcess()];
    await here.declare(ORDERS, { ...STANDARD, visibilityTimeoutMs: 100 });
    await here.send(ORDERS, [message('a')]);
    expect(await here.receive(ORDERS, { max: 1 })).toHaveLength(1);
    const [taken] = await there.receive(ORDERS, { max: 1, signal: forever });
    expect(taken).toMatchObject({ id: 'a', receiveCount: 2 });
  });

  test('a process learns what is due from what others do, and counts one while it does not know', async () => {
    const [{ queues: here }, { queues: there, activity }] = [await openProcess(), await openProcess()];
    await here.declare(ORDERS, STANDARD);
    expect(there.due(ORDERS)).toEqual({ dueNow: 1, nextDueAtMs: undefined });
    expect(await activity.rest(PATIENCE_MS)).toEqual([]);
    expect(there.due(ORDERS)).toEqual({ dueNow: 0, nextDueAtMs: undefined });
    await here.send(ORDERS, [message('a')]);
    await expect.poll(() => there.due(ORDERS).dueNow).toBe(1);
    const [taken] = await here.receive(ORDERS, { max: 1 });
    await expect.poll(() => there.due(ORDERS).dueNow).toBe(0);
    expect(there.due(ORDERS).nextDueAtMs).toBe(taken?.visibleAtMs);
  });

  test('who waits for quiet hears that another process took the last', async () => {
    const [{ queues: here }, { queues: there, activity }] = [await openProcess(), await openProcess()];
    await here.declare(ORDERS, STANDARD);
    await here.send(ORDERS, [message('a')]);
    using _probe = activity.probe(() => there.due(ORDERS));
    await there.counts(ORDERS);
    const rest = activity.rest(PATIENCE_MS);
    await here.receive(ORDERS, { max: 1 });
    expect(await rest).toEqual([]);
  });

  test('settings that one process changes hold in all, and a dropped queue is gone in all', async () => {
    const [{ queues: here }, { queues: there }] = [await openProcess(), await openProcess()];
    await here.declare(ORDERS, STANDARD);
    await there.send(ORDERS, texts(3));
    await here.declare(ORDERS, { ...STANDARD, maxInFlight: 1 });
    expect(await there.receive(ORDERS, { max: 3 })).toHaveLength(1);
    await here.drop(ORDERS);
    await expect(there.send(ORDERS, texts(1))).rejects.toMatchObject({ code: 'QUEUE_MISSING' });
    await expect.poll(() => there.due(ORDERS).dueNow).toBe(0);
  });

  test('what was taken for one who left in between goes to the next, or back as if it had not been taken', async () => {
    const { queues } = await openProcess();
    await queues.declare(ORDERS, STANDARD);
    const leaving = new AbortController();
    const gone = queues.receive(ORDERS, { max: 1, signal: leaving.signal });
    const sent = queues.send(ORDERS, [message('a')]);
    // The take is on its way as soon as the send is answered.
    await sent;
    leaving.abort();
    expect(await gone).toEqual([]);
    const [taken] = await queues.receive(ORDERS, { max: 1, signal: forever });
    expect(taken).toMatchObject({ id: 'a', receiveCount: 1 });
  });

  test('lets more go at once than one script may touch', async () => {
    const around = conditions();
    const queues = await open(around);
    await queues.declare(DEAD, STANDARD);
    await queues.declare(ORDERS, { ...STANDARD, redrive: { to: DEAD, maxReceiveCount: 1 }, retentionMs: HOUR });
    for (let sent = 0; sent < 2100; sent += 300) await queues.send(ORDERS, texts(300, sent));
    let taken = 0;
    for (let more = -1; more !== 0; taken += more) more = (await queues.receive(ORDERS, { max: 10_000 })).length;
    expect(taken).toBe(2100);
    await around.clock.advance(30 * SECOND);
    expect(await queues.counts(ORDERS)).toEqual({ visible: 2100, inFlight: 0, delayed: 0 });
    let redriven = 0;
    queues.onRedrive(() => redriven++);
    expect(await queues.receive(ORDERS, { max: 10 })).toEqual([]);
    expect(redriven).toBe(2100);
    expect(await queues.move(DEAD, { max: 1500 })).toEqual({ moved: 1500, left: 600, failure: undefined });
    const held = await queues.receive(ORDERS, { max: 10_000 });
    const handles = held.map(({ handle }) => handle);
    expect(new Set(await queues.remove(ORDERS, [...handles, ...handles.slice(0, 1)]))).toEqual(
      new Set(['done', 'gone']),
    );
    await around.clock.advance(HOUR);
    expect(await queues.counts(ORDERS)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('leaves nothing behind of queues that were dropped', async () => {
    const queues = await open(conditions());
    const orders = asArn(`${ORDERS}.fifo`);
    await queues.declare(ORDERS, STANDARD);
    await queues.declare(orders, FIFO);
    await queues.send(ORDERS, [message('a', { groupId: 'g' }), message('b', { delayMs: MINUTE })]);
    await queues.send(orders, [message('a', { groupId: 'g' }), message('b', { groupId: 'h' })]);
    await queues.receive(ORDERS, { max: 1 });
    await queues.receive(orders, { max: 1, attemptId: 'try' });
    expect((await redis.keys()).length).toBeGreaterThan(10);
    await queues.drop(ORDERS);
    await queues.drop(orders);
    expect(await redis.keys()).toEqual(['queue:dropped']);
  });

  test('keeps content as it is: binary values, what JSON escapes, and halves of characters', async () => {
    const queues = await open(conditions());
    await queues.declare(ORDERS, STANDARD);
    const content = {
      body: '{"a": 1} \u2028 " \\ \ud83d \u0001 é 😀',
      md5OfBody: 'x',
      attributes: {
        b: { DataType: 'Binary.png', BinaryValue: Uint8Array.from([0, 255, 10, 13]) },
        s: { DataType: 'String', StringValue: 'é' },
      },
      md5OfAttributes: 'y',
      senderId: 'AIDA',
      traceHeader: 'Root=1',
    };
    await queues.send(ORDERS, [{ id: 'a', content }]);
    expect((await queues.receive(ORDERS, { max: 1 }))[0]?.content).toEqual(content);
  });
});

import { describe, expect, test } from 'vitest';
import { type Activity, createActivity } from '../../src/core/activity.ts';
import { asArn } from '../../src/core/arn.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import type { MessageQueue, OutgoingMessage, QueueSettings, Redrive } from '../../src/core/ports/message-queue.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { promptTiming, type Timing } from '../../src/core/timing.ts';
import { createVirtualClock, type VirtualClock } from '../../src/core/virtual-clock.ts';

/** What a driver under test is given. */
export interface QueueConditions {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly timing: Timing;
  readonly activity: Activity;
}

/** Opens a queue that holds nothing. */
export type OpenQueue = (conditions: QueueConditions) => Promise<MessageQueue>;

export const START_MS = Date.parse('2026-01-01T00:00:00Z');
export const ORDERS = asArn('arn:aws:sqs:us-east-1:000000000000:orders');
export const DEAD = asArn('arn:aws:sqs:us-east-1:000000000000:dead');

export const STANDARD: QueueSettings = {
  fifo: false,
  visibilityTimeoutMs: 30 * SECOND,
  delayMs: 0,
  retentionMs: 4 * DAY,
  deduplicationScope: 'queue',
  maxInFlight: 120_000,
};
export const FIFO: QueueSettings = { ...STANDARD, fifo: true };

/** A message whose id, body and deduplication id are the same text. */
export function message(text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const content = { body: text, md5OfBody: '', senderId: 'AIDA' };
  return { id: text, content, deduplicationId: text, ...more };
}

/** Conditions on a virtual clock that stands at the start. */
export function conditions(timing: Timing = promptTiming): QueueConditions {
  const activity = createActivity();
  return { activity, clock: createVirtualClock(START_MS, activity), random: seededRandom(1), timing };
}

/** What every driver of the port must do. */
export function describeMessageQueue(driver: string, open: OpenQueue): void {
  async function setUp(settings: QueueSettings = STANDARD) {
    const around = conditions();
    const queues = await open(around);
    await queues.declare(ORDERS, settings);
    const receive = async (max = 10, options = {}) => queues.receive(ORDERS, { max, ...options });
    const bodies = async (max = 10, options = {}) => (await receive(max, options)).map(({ content }) => content.body);
    const send = async (...texts: string[]) =>
      queues.send(
        ORDERS,
        texts.map((text) => message(text)),
      );
    const sendTo = async (groupId: string, ...texts: string[]) =>
      queues.send(
        ORDERS,
        texts.map((text) => message(text, { groupId })),
      );
    return { ...around, queues, receive, bodies, send, sendTo };
  }

  describe(`a standard queue on ${driver}`, () => {
    test('hands out messages in the order they were sent, up to the maximum', async () => {
      const { send, bodies } = await setUp();
      await send('a', 'b', 'c');
      expect(await bodies(2)).toEqual(['a', 'b']);
      expect(await bodies(2)).toEqual(['c']);
      expect(await bodies(2)).toEqual([]);
    });

    test('hides a received message until its visibility timeout passes', async () => {
      const { send, receive, bodies, clock } = await setUp();
      await send('a');
      expect((await receive())[0]).toMatchObject({ receiveCount: 1, firstReceivedAtMs: START_MS });
      await clock.advance(30 * SECOND - 1);
      expect(await bodies()).toEqual([]);
      await clock.advance(1);
      expect((await receive())[0]).toMatchObject({ receiveCount: 2, firstReceivedAtMs: START_MS });
    });

    test('deletes by handle, also after the visibility timeout, and a second time does nothing', async () => {
      const { queues, send, receive, bodies, clock } = await setUp();
      await send('a');
      const [taken] = await receive();
      await clock.advance(31 * SECOND);
      expect(await queues.remove(ORDERS, [taken?.handle ?? ''])).toEqual(['done']);
      expect(await queues.remove(ORDERS, [taken?.handle ?? ''])).toEqual(['gone']);
      expect(await bodies()).toEqual([]);
    });

    test('leaves a message that was received again to its last receiver', async () => {
      const { queues, send, receive, clock } = await setUp();
      await send('a');
      const [first] = await receive();
      await clock.advance(30 * SECOND);
      const [second] = await receive();
      expect(second?.handle).not.toBe(first?.handle);
      expect(await queues.remove(ORDERS, [first?.handle ?? ''])).toEqual(['stale']);
      expect(await queues.counts(ORDERS)).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    });

    test('tells a handle that is none', async () => {
      const { queues } = await setUp();
      expect(await queues.remove(ORDERS, ['garbage', 'AQEBx/1/1'])).toEqual(['invalid', 'invalid']);
    });

    test('counts the visibility timeout anew from the moment it is changed', async () => {
      const { queues, send, receive, bodies, clock } = await setUp();
      await send('a');
      const [taken] = await receive();
      await clock.advance(20 * SECOND);
      const change = { handle: taken?.handle ?? '', timeoutMs: MINUTE };
      expect(await queues.changeVisibility(ORDERS, [change])).toEqual(['done']);
      await clock.advance(MINUTE - 1);
      expect(await bodies()).toEqual([]);
      await clock.advance(1);
      expect(await bodies()).toEqual(['a']);
    });

    test('refuses to hide a message for more than twelve hours since its receive', async () => {
      const { queues, send, receive, clock } = await setUp();
      await send('a');
      const [taken] = await receive();
      await clock.advance(SECOND);
      const change = { handle: taken?.handle ?? '', timeoutMs: 12 * HOUR };
      expect(await queues.changeVisibility(ORDERS, [change])).toEqual(['too-long']);
    });

    test('gives a released message out again at once, in its place, and does not count the receive', async () => {
      const { queues, send, receive } = await setUp();
      await send('a', 'b', 'c');
      const taken = await receive(2);
      await queues.release(
        ORDERS,
        taken.map(({ handle }) => handle),
      );
      const again = await receive(3);
      expect(again.map(({ content, receiveCount }) => `${content.body}${receiveCount}`)).toEqual(['a1', 'b1', 'c1']);
    });

    test('keeps a delayed message back, and counts it apart', async () => {
      const { queues, bodies, clock } = await setUp({ ...STANDARD, delayMs: 5 * SECOND });
      await queues.send(ORDERS, [message('late'), message('now', { delayMs: 0 })]);
      expect(await queues.counts(ORDERS)).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
      expect(await bodies()).toEqual(['now']);
      await clock.advance(5 * SECOND);
      expect(await bodies()).toEqual(['late']);
    });

    test('forgets a message when its retention has passed, in flight or not', async () => {
      const { queues, send, receive, clock } = await setUp({ ...STANDARD, retentionMs: MINUTE });
      await send('a', 'b');
      await receive(1, { visibilityTimeoutMs: HOUR });
      await clock.advance(MINUTE);
      expect(await queues.counts(ORDERS)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    });

    test('returns a message as often as it may be received, then moves it to the dead letters', async () => {
      const { queues, send, bodies, clock } = await setUp({ ...STANDARD, redrive: { to: DEAD, maxReceiveCount: 2 } });
      const redriven: Redrive[] = [];
      queues.onRedrive((redrive) => redriven.push(redrive));
      await queues.declare(DEAD, STANDARD);
      await send('a');
      for (let receive = 0; receive < 2; receive++) {
        expect(await bodies()).toEqual(['a']);
        await clock.advance(30 * SECOND);
      }
      expect(await bodies()).toEqual([]);
      expect(redriven).toEqual([{ messageId: 'a', from: ORDERS, to: DEAD, receiveCount: 2 }]);
      const [dead] = await queues.receive(DEAD, { max: 1 });
      expect(dead).toMatchObject({ id: 'a', receiveCount: 3, sentAtMs: START_MS, redrivenFrom: ORDERS });
    });

    test('keeps returning a message whose dead-letter queue is gone', async () => {
      const { send, bodies, clock } = await setUp({ ...STANDARD, redrive: { to: DEAD, maxReceiveCount: 1 } });
      await send('a');
      await bodies();
      await clock.advance(30 * SECOND);
      expect(await bodies()).toEqual(['a']);
    });

    test('wakes who waits when a message is sent, first come first served', async () => {
      const { queues, send } = await setUp();
      const { signal } = new AbortController();
      const woken: string[] = [];
      const waiting = ['first', 'second'].map(async (name) => {
        const [taken] = await queues.receive(ORDERS, { max: 1, signal });
        woken.push(`${name} ${taken?.content.body}`);
      });
      await send('a', 'b');
      await Promise.all(waiting);
      expect(woken).toEqual(['first a', 'second b']);
    });

    test('wakes who waits when a message becomes visible, and sets no timer while nobody waits', async () => {
      const { queues, send, bodies, clock } = await setUp();
      await send('a');
      await bodies();
      expect(clock.nextTimerAtMs()).toBeUndefined();
      const leaving = new AbortController();
      const waiting = queues.receive(ORDERS, { max: 1, signal: leaving.signal });
      const gone = queues.receive(ORDERS, { max: 1, signal: leaving.signal });
      expect(clock.nextTimerAtMs()).toBe(START_MS + 30 * SECOND);
      await clock.advance(30 * SECOND);
      expect((await waiting)[0]?.content.body).toBe('a');
      leaving.abort();
      expect(await gone).toEqual([]);
      expect(clock.nextTimerAtMs()).toBeUndefined();
    });

    test('goes on waiting while the queue is deleted and created again', async () => {
      const { queues, send } = await setUp();
      const waiting = queues.receive(ORDERS, { max: 1, signal: new AbortController().signal });
      await queues.drop(ORDERS);
      await expect(send('lost')).rejects.toMatchObject({ code: 'QUEUE_MISSING' });
      await queues.declare(ORDERS, STANDARD);
      await send('a');
      expect((await waiting)[0]?.content.body).toBe('a');
    });

    test('says what is due now and when there is more', async () => {
      const { queues, send, bodies, clock } = await setUp();
      expect(queues.due(ORDERS)).toEqual({ dueNow: 0, nextDueAtMs: undefined });
      await send('a', 'b', 'c');
      await bodies(1);
      expect(queues.due(ORDERS)).toEqual({ dueNow: 2, nextDueAtMs: START_MS + 30 * SECOND });
      await clock.advance(30 * SECOND);
      expect(queues.due(ORDERS)).toEqual({ dueNow: 3, nextDueAtMs: undefined });
    });

    test('hands out no more while as many are in flight as may be', async () => {
      const { queues, send, receive, bodies } = await setUp({ ...STANDARD, maxInFlight: 2 });
      await send('a', 'b', 'c');
      const taken = await receive();
      expect(taken).toHaveLength(2);
      expect(queues.due(ORDERS).dueNow).toBe(0);
      await queues.remove(ORDERS, [taken[0]?.handle ?? '']);
      expect(await bodies()).toEqual(['c']);
    });

    test('purges everything, hidden and delayed messages too', async () => {
      const { queues, send, receive } = await setUp();
      await send('a', 'b');
      await queues.send(ORDERS, [message('c', { delayMs: MINUTE })]);
      const [taken] = await receive(1);
      await queues.purge(ORDERS);
      expect(await queues.counts(ORDERS)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
      expect(await queues.remove(ORDERS, [taken?.handle ?? ''])).toEqual(['gone']);
    });

    test('moves messages on as new ones, to a queue or back to where each came from', async () => {
      const { queues, send, receive, clock } = await setUp({ ...STANDARD, redrive: { to: DEAD, maxReceiveCount: 1 } });
      await queues.declare(DEAD, STANDARD);
      await send('a', 'b');
      await receive(2, { visibilityTimeoutMs: 0 });
      await receive();
      await clock.advance(MINUTE);
      expect(await queues.move(DEAD, { max: 1 })).toEqual({ moved: 1, left: 1, failure: undefined });
      expect(await queues.move(DEAD, { to: ORDERS, max: 9 })).toEqual({ moved: 1, left: 0, failure: undefined });
      const moved = await receive();
      expect(moved.map(({ content }) => content.body)).toEqual(['a', 'b']);
      expect(moved[0]).toMatchObject({ receiveCount: 1, sentAtMs: START_MS + MINUTE, redrivenFrom: undefined });
      expect(moved[0]?.id).not.toBe('a');
    });

    test('says why a message cannot be moved', async () => {
      const { queues, send } = await setUp();
      await send('a');
      expect(await queues.move(ORDERS, { max: 1 })).toEqual({ moved: 0, left: 1, failure: 'source-unknown' });
      const missing = await queues.move(ORDERS, { to: DEAD, max: 1 });
      expect(missing).toEqual({ moved: 0, left: 1, failure: 'destination-missing' });
    });

    test('serves quiet tenants before one that holds most of what is in flight', async () => {
      const { sendTo, bodies } = await setUp();
      const many = Array.from({ length: 60 }, (_, index) => `noisy-${index}`);
      await sendTo('noisy', ...many);
      await bodies(40);
      await sendTo('quiet', 'quiet-1', 'quiet-2');
      expect(await bodies(3)).toEqual(['quiet-1', 'quiet-2', 'noisy-40']);
      expect(await bodies(100)).toHaveLength(19);
    });
  });

  describe(`a FIFO queue on ${driver}`, () => {
    test('holds a group back while one of its messages is in flight, and other groups not', async () => {
      const { queues, sendTo, receive, bodies } = await setUp(FIFO);
      await sendTo('g1', 'a1', 'a2', 'a3');
      await sendTo('g2', 'b1');
      const taken = await receive(2);
      expect(taken.map(({ content }) => content.body)).toEqual(['a1', 'a2']);
      expect(await bodies()).toEqual(['b1']);
      expect(queues.due(ORDERS).dueNow).toBe(0);
      await queues.remove(
        ORDERS,
        taken.map(({ handle }) => handle),
      );
      expect(await bodies()).toEqual(['a3']);
    });

    test('bars what comes after an invisible message, never what comes before it', async () => {
      const { queues, sendTo, receive, bodies, clock } = await setUp({ ...FIFO, visibilityTimeoutMs: SECOND });
      await sendTo('g', 'm0', 'm1', 'm2');
      const taken = await receive();
      await queues.changeVisibility(ORDERS, [{ handle: taken[1]?.handle ?? '', timeoutMs: 4 * SECOND }]);
      await clock.advance(2500);
      expect(await bodies()).toEqual(['m0']);
    });

    test('returns a group in order after its visibility timeout', async () => {
      const { sendTo, bodies, clock } = await setUp(FIFO);
      await sendTo('g', 'm0', 'm1', 'm2');
      await bodies();
      await clock.advance(30 * SECOND);
      expect(await bodies()).toEqual(['m0', 'm1', 'm2']);
    });

    test('does not add a duplicate for five minutes, even after the first was deleted', async () => {
      const { queues, sendTo, receive, bodies, clock } = await setUp(FIFO);
      const [first] = await sendTo('g', 'a');
      const [taken] = await receive();
      await queues.remove(ORDERS, [taken?.handle ?? '']);
      await clock.advance(5 * MINUTE - 1);
      const [again] = await queues.send(ORDERS, [message('other', { groupId: 'g', deduplicationId: 'a' })]);
      expect(again).toEqual({ ...first, duplicate: true });
      expect(await bodies()).toEqual([]);
      await clock.advance(1);
      expect((await sendTo('g', 'a'))[0]?.duplicate).toBe(false);
      expect(await bodies()).toEqual(['a']);
    });

    test('deduplicates in the queue or in the group, as it is set; a change applies when it says', async () => {
      const { queues, sendTo, clock } = await setUp({ ...FIFO, deduplicationScope: 'messageGroup' });
      await sendTo('g1', 'a');
      expect((await sendTo('g2', 'a'))[0]?.duplicate).toBe(false);
      const untilMs = START_MS + MINUTE;
      await queues.declare(ORDERS, { ...FIFO, formerScope: { scope: 'messageGroup', untilMs } });
      expect((await sendTo('g3', 'a'))[0]?.duplicate).toBe(false);
      await clock.advance(MINUTE);
      await sendTo('g1', 'b');
      expect((await sendTo('g2', 'b'))[0]?.duplicate).toBe(true);
    });

    test('numbers messages with twenty growing digits', async () => {
      const { sendTo } = await setUp(FIFO);
      const sent = await sendTo('g', 'a', 'b', 'c');
      const numbers = sent.map(({ sequenceNumber }) => sequenceNumber ?? '');
      expect(numbers.every((number) => /^\d{20}$/.test(number))).toBe(true);
      expect([...numbers].sort()).toEqual(numbers);
      expect(new Set(numbers).size).toBe(3);
    });

    test('minds a handle whose time has passed', async () => {
      const { queues, sendTo, receive, clock } = await setUp(FIFO);
      await sendTo('g', 'a');
      const [taken] = await receive();
      await clock.advance(30 * SECOND);
      expect(await queues.remove(ORDERS, [taken?.handle ?? ''])).toEqual(['expired']);
    });

    test('repeats a receive attempt with the same messages and handles, hidden anew', async () => {
      const { queues, sendTo, receive, bodies, clock } = await setUp(FIFO);
      await sendTo('g', 'a', 'b');
      const first = await receive(10, { attemptId: 'try' });
      await clock.advance(20 * SECOND);
      const again = await receive(10, { attemptId: 'try' });
      expect(again.map(({ handle }) => handle)).toEqual(first.map(({ handle }) => handle));
      await clock.advance(20 * SECOND);
      expect(await bodies()).toEqual([]);
      await queues.remove(ORDERS, [first[0]?.handle ?? '']);
      expect(await receive(10, { attemptId: 'try' })).toEqual([]);
    });

    test('shows at once what a repeated receive attempt hides for no time', async () => {
      const { sendTo, receive } = await setUp(FIFO);
      await sendTo('g', 'a');
      await receive(10, { attemptId: 'try' });
      const [again] = await receive(10, { attemptId: 'try', visibilityTimeoutMs: 0 });
      await sendTo('h', 'b');
      expect(again?.content.body).toBe('a');
      expect((await receive(1)).map(({ content }) => content.body)).toEqual(['a']);
    });

    test('lets a purge forget what was sent before', async () => {
      const { queues, sendTo } = await setUp(FIFO);
      await sendTo('g', 'a');
      await queues.purge(ORDERS);
      expect((await sendTo('g', 'a'))[0]?.duplicate).toBe(false);
    });

    test('opens the group when its first message goes to the dead letters', async () => {
      const { queues, sendTo, receive, bodies } = await setUp({ ...FIFO, redrive: { to: DEAD, maxReceiveCount: 1 } });
      await queues.declare(DEAD, FIFO);
      await sendTo('g', 'a', 'b');
      await receive(1, { visibilityTimeoutMs: 0 });
      expect(await bodies()).toEqual(['b']);
      const [dead] = await queues.receive(DEAD, { max: 1 });
      expect(dead).toMatchObject({ id: 'a', groupId: 'g', deduplicationId: 'a', redrivenFrom: ORDERS });
    });
  });
}

// Whatever is done to queues and however time passes, Redis answers what the embedded queues answer; the seed is printed.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMessageQueue as openEmbedded } from '../../src/backends/embedded/message-queue/message-queue.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { openRedis, type RedisLink } from '../../src/backends/redis/link.ts';
import { openMessageQueue as openOnRedis } from '../../src/backends/redis/message-queue/message-queue.ts';
import type { Arn } from '../../src/core/arn.ts';
import { SECOND } from '../../src/core/clock.ts';
import type { MessageQueue, QueueSettings, ReceivedMessage, Redrive } from '../../src/core/ports/message-queue.ts';
import { systemRandom } from '../../src/core/random.ts';
import type { VirtualClock } from '../../src/core/virtual-clock.ts';
import { backends, describeOn } from '../support/backends.ts';
import { runSeed } from '../support/seed.ts';
import { conditions, DEAD, FIFO, message, ORDERS, STANDARD } from './message-queue.ts';

type Step =
  | {
      readonly kind: 'send';
      readonly texts: readonly number[];
      readonly group: string;
      readonly delayS?: number | undefined;
    }
  | {
      readonly kind: 'receive';
      readonly max: number;
      readonly hideS?: number | undefined;
      readonly attempt?: string | undefined;
    }
  | { readonly kind: 'remove' | 'release'; readonly which: readonly number[] }
  | { readonly kind: 'hide'; readonly which: readonly number[]; readonly hideS: number }
  | { readonly kind: 'move'; readonly max: number; readonly to: Arn | undefined }
  | { readonly kind: 'advance'; readonly byS: number }
  | { readonly kind: 'declare'; readonly change: Partial<QueueSettings> }
  | { readonly kind: 'purge' | 'drop' | 'count' };

const seconds = fc.integer({ min: 0, max: 9 });
const which = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 12 });
const queue = fc.constantFrom(ORDERS, ORDERS, ORDERS, DEAD);
const step: fc.Arbitrary<Step & { readonly queue: Arn }> = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('send' as const),
        texts: fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 20 }),
        group: fc.constantFrom('', 'a', 'a', 'b', 'c'),
        delayS: fc.constantFrom(undefined, undefined, 0, 3),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('receive' as const),
        max: fc.constantFrom(1, 2, 3, 10, 50),
        hideS: fc.option(seconds, { nil: undefined }),
        attempt: fc.constantFrom(undefined, undefined, 'x', 'y'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'release' as const), which }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('hide' as const), which, hideS: seconds }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('advance' as const), byS: fc.constantFrom(1, 2, 5, 9, 400) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('move' as const),
        max: fc.integer({ min: 1, max: 5 }),
        to: fc.constantFrom(undefined, ORDERS, DEAD),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('declare' as const),
        change: fc.record({
          maxInFlight: fc.constantFrom(5, 120_000),
          retentionMs: fc.constantFrom(20 * SECOND, 4_000 * SECOND),
          delayMs: fc.constantFrom(0, 0, SECOND),
          deduplicationScope: fc.constantFrom('queue' as const, 'messageGroup' as const),
          redrive: fc.constantFrom(undefined, { to: DEAD, maxReceiveCount: 2 }),
        }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('purge' as const, 'drop' as const, 'count' as const) }) },
  )
  .chain((each) => fc.record({ queue }).map((where) => ({ ...each, ...where })));

/** Queues that are driven, and what came of it. */
class Driven {
  readonly #queues: MessageQueue;
  readonly #clock: VirtualClock;
  readonly #settings: QueueSettings;
  readonly #handles: string[] = [];
  readonly #redrives: Redrive[] = [];
  /** Ids in the order in which they were first seen: those of moved messages are made by each driver. */
  readonly #ids = new Map<string, string>();
  readonly #numbers = new Map<Arn, string[]>();
  #sent = 0;

  constructor(queues: MessageQueue, clock: VirtualClock, settings: QueueSettings) {
    this.#queues = queues;
    this.#clock = clock;
    this.#settings = settings;
    queues.onRedrive((redrive) => this.#redrives.push(redrive));
  }

  async begin(): Promise<void> {
    await this.#queues.declare(ORDERS, { ...this.#settings, redrive: { to: DEAD, maxReceiveCount: 2 } });
    await this.#queues.declare(DEAD, this.#settings);
  }

  async play(step: Step & { readonly queue: Arn }): Promise<unknown> {
    const answer = await this.#do(step).catch((error: { readonly code?: string }) => {
      if (error.code === undefined) throw error;
      return error.code;
    });
    const redriven = this.#redrives
      .splice(0)
      .map((redrive) => ({ ...redrive, messageId: this.#name(redrive.messageId) }));
    return { answer, redriven };
  }

  async #do(step: Step & { readonly queue: Arn }): Promise<unknown> {
    const queues = this.#queues;
    switch (step.kind) {
      case 'send':
        return (await queues.send(step.queue, this.#outgoing(step))).map((sent) => this.#numbered(step.queue, sent));
      case 'receive':
        return await this.#receive(step.queue, step);
      case 'remove':
        return await queues.remove(step.queue, this.#pick(step.which));
      case 'release':
        return await queues.release(step.queue, this.#pick(step.which));
      case 'hide': {
        const timeoutMs = step.hideS * SECOND;
        return await queues.changeVisibility(
          step.queue,
          this.#pick(step.which).map((handle) => ({ handle, timeoutMs })),
        );
      }
      case 'move':
        return await queues.move(step.queue, step);
      case 'advance':
        return await this.#clock.advance(step.byS * SECOND);
      case 'declare':
        return await queues.declare(step.queue, { ...this.#settings, ...step.change });
      case 'purge':
        return await queues.purge(step.queue);
      case 'drop':
        return await queues.drop(step.queue);
      case 'count':
        return await queues.counts(step.queue);
    }
  }

  #outgoing({ texts, group, delayS }: Step & { readonly kind: 'send' }) {
    return texts.map((text) => {
      this.#sent += 1;
      const groupId = this.#settings.fifo ? group || 'd' : group || undefined;
      const deduplicationId = this.#settings.fifo ? `${text}` : undefined;
      const delayMs = delayS === undefined || this.#settings.fifo ? undefined : delayS * SECOND;
      return message(`m${this.#sent}`, { groupId, deduplicationId, delayMs });
    });
  }

  async #receive(queue: Arn, { max, hideS, attempt }: Step & { readonly kind: 'receive' }): Promise<unknown> {
    const visibilityTimeoutMs = hideS === undefined ? undefined : hideS * SECOND;
    const attemptId = this.#settings.fifo ? attempt : undefined;
    const taken = await this.#queues.receive(queue, { max, visibilityTimeoutMs, attemptId });
    return taken.map((each) => this.#numbered(queue, this.#seen(each)));
  }

  /** With the place of its sequence number among those of the queue: the numbers themselves are each driver's own. */
  #numbered<Numbered extends { readonly sequenceNumber?: string | undefined }>(queue: Arn, message: Numbered) {
    if (message.sequenceNumber === undefined) return message;
    const known = this.#numbers.get(queue) ?? [];
    this.#numbers.set(queue, known);
    let place = known.indexOf(message.sequenceNumber);
    if (place < 0) place = known.push(message.sequenceNumber) - 1;
    return { ...message, sequenceNumber: `number ${place}` };
  }

  #seen({ handle, ...seen }: ReceivedMessage) {
    let known = this.#handles.indexOf(handle);
    if (known < 0) known = this.#handles.push(handle) - 1;
    const deduplicationId = seen.deduplicationId && this.#name(seen.deduplicationId);
    return { ...seen, id: this.#name(seen.id), deduplicationId, handle: known };
  }

  #name(id: string): string {
    if (!id.includes('-')) return id;
    const known = this.#ids.get(id) ?? `moved ${this.#ids.size}`;
    this.#ids.set(id, known);
    return known;
  }

  /** Handles counted from the latest: those of long ago are stale more often than not. */
  #pick(which: readonly number[]): readonly string[] {
    return which.map((index) => this.#handles.at(-1 - index) ?? 'garbage');
  }
}

describeOn(['redis'], 'the embedded queues as the model of those on Redis', () => {
  let link: RedisLink;
  beforeAll(async () => {
    const namespace = systemRandom.uuid();
    link = await openRedis({ url: backends.redis ?? '', namespace, deadlineMs: 5000, told: () => {} });
  });
  afterAll(async () => {
    const keys = await link.ask((client) => client.keys(`${link.prefix}*`));
    if (keys.length > 0) await link.ask((client) => client.unlink(...keys));
    await link[Symbol.asyncDispose]();
  });

  const forgetAll = async () => {
    const keys = await link.ask((client) => client.keys(`${link.prefix}*`));
    if (keys.length > 0) await link.ask((client) => client.unlink(...keys));
  };

  async function play(settings: QueueSettings, steps: readonly (Step & { readonly queue: Arn })[]): Promise<void> {
    const model = conditions();
    const real = conditions();
    await forgetAll();
    await using embedded = openEmbedded({ store: openMemoryStore(), ...model });
    await using onRedis = await openOnRedis({ link, ...real });
    const expected = new Driven(embedded, model.clock, settings);
    const tried = new Driven(onRedis, real.clock, settings);
    await expected.begin();
    await tried.begin();
    for (const each of steps) {
      const [wanted, got] = [await expected.play(each), await tried.play(each)];
      expect(got, `${JSON.stringify(each)} among ${JSON.stringify(steps)}`).toEqual(wanted);
    }
    for (const arn of [ORDERS, DEAD]) expect(await onRedis.counts(arn)).toEqual(await embedded.counts(arn));
  }

  const seed = runSeed('queues on Redis');
  const numRuns = Number(process.env['HEADWATER_RUNS'] ?? 15);
  const steps = fc.array(step, { minLength: 20, maxLength: 80, size: 'max' });

  test.each([
    ['standard', STANDARD],
    ['FIFO', FIFO],
  ] as const)('a %s queue answers the same', async (_name, settings) => {
    await fc.assert(
      fc.asyncProperty(steps, (each) => play(settings, each)),
      { seed, numRuns, endOnFailure: process.env['HEADWATER_SHRINK'] === undefined },
    );
  });
});

// A queue and the mappings that poll it, on the virtual clock of the dispatch fakes.

import { createMappings, type MappingsOptions } from '../../mappings/poll/mappings.ts';
import type { Due } from '../../src/core/activity.ts';
import { type Arn, asArn } from '../../src/core/arn.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { SqsMessageEvent } from '../../src/core/records/sqs-message.ts';
import type { Poller, PollSource, Taken } from '../../src/core/source.ts';
import { FUNCTION, fakeFunction, QUEUE, returned, setUpDispatch } from './dispatch-fakes.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly group: string | undefined;
  receives: number;
  visibleAtMs: number;
  /** Grows with each receive, so that an old taker settles nothing. */
  turn: number;
}

/** A queue with visibility timeouts and group locks, and nothing else. */
export class FakeQueue implements PollSource {
  readonly service = 'sqs';
  readonly messages: Message[] = [];
  readonly settled: string[] = [];
  visibilityTimeoutMs = 30_000;
  fifo = false;
  exists = true;
  takes = 0;
  lastVisibilityMs: number | undefined;
  readonly #clock: Clock;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async describe(arn: Arn) {
    if (!this.exists) return undefined;
    return { arn, fifo: this.fifo, visibilityTimeoutMs: this.visibilityTimeoutMs };
  }

  send(...bodies: readonly string[]): void {
    for (const body of bodies) this.#add(body, undefined);
  }

  sendTo(group: string, ...bodies: readonly string[]): void {
    for (const body of bodies) this.#add(body, group);
  }

  poller(arn: Arn): Poller {
    return {
      take: (limits, signal) => this.#take(arn, limits, signal),
      due: () => this.#due(),
      [Symbol.dispose]: () => {},
    };
  }

  #add(body: string, group: string | undefined): void {
    const id = `m-${this.messages.length + this.settled.length}`;
    this.messages.push({ id, body, group, receives: 0, visibleAtMs: this.#clock.nowMs(), turn: 0 });
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #visible(): Message[] {
    const nowMs = this.#clock.nowMs();
    const locked = new Set(this.messages.filter(({ visibleAtMs }) => visibleAtMs > nowMs).map(({ group }) => group));
    return this.messages.filter(
      ({ visibleAtMs, group }) => visibleAtMs <= nowMs && (group === undefined || !locked.has(group)),
    );
  }

  #due(): Due {
    const later = this.messages.map(({ visibleAtMs }) => visibleAtMs).filter((at) => at > this.#clock.nowMs());
    return { dueNow: this.#visible().length, nextDueAtMs: later.length > 0 ? Math.min(...later) : undefined };
  }

  async #take(
    arn: Arn,
    limits: { readonly maxRecords: number; readonly visibilityTimeoutMs?: number },
    signal: AbortSignal,
  ): Promise<readonly Taken[]> {
    while (!signal.aborted) {
      const found = this.#visible().slice(0, limits.maxRecords);
      if (found.length > 0) {
        this.takes++;
        this.lastVisibilityMs = limits.visibilityTimeoutMs;
        return found.map((message) => this.#hide(arn, message, limits.visibilityTimeoutMs ?? this.visibilityTimeoutMs));
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return [];
  }

  #hide(arn: Arn, message: Message, visibilityTimeoutMs: number): Taken {
    const turn = ++message.turn;
    message.receives++;
    message.visibleAtMs = this.#clock.nowMs() + visibilityTimeoutMs;
    this.#clock.setTimer(visibilityTimeoutMs, () => this.#wake());
    const mine = () => message.turn === turn && this.messages.includes(message);
    return {
      event: messageEvent(arn, message),
      bytes: message.body.length,
      expiresAtMs: message.visibleAtMs,
      done: async () => {
        if (!mine()) return;
        this.messages.splice(this.messages.indexOf(message), 1);
        this.settled.push(message.id);
        this.#wake();
      },
      fail: async () => {},
      release: async () => {
        if (!mine()) return;
        message.receives--;
        message.visibleAtMs = this.#clock.nowMs();
        this.#wake();
      },
    };
  }
}

function messageEvent(sourceArn: Arn, { id, body, receives, group }: Message): SqsMessageEvent {
  return {
    id,
    source: 'sqs',
    sourceArn,
    name: 'Message',
    occurredAtMs: 0,
    detail: {
      messageId: id,
      receiptHandle: `handle-${id}-${receives}`,
      body,
      md5OfBody: 'md5',
      attributes: { ApproximateReceiveCount: String(receives), ...(group ? { MessageGroupId: group } : {}) },
      messageAttributes: {},
    },
  };
}

export const CONTEXT: RequestContext = {
  account: '000000000000',
  region: 'us-east-1',
  requestId: 'request',
  origin: 'http://localhost:4566',
  caller: { accessKeyId: 'test', arn: 'arn:aws:iam::000000000000:root', userId: '000000000000' },
  sourceIp: '127.0.0.1',
  headers: {},
  protocol: 'rest-json',
  traceHeader: undefined,
  signal: new AbortController().signal,
};

export const TWIN = asArn(`${QUEUE}-2`);

/** Mappings over one queue and one function `fn`, which notes the bodies of each batch that it gets. */
export function setUpMappings(
  options: Parameters<typeof setUpDispatch>[0] & { readonly registry?: Registry; readonly queue?: FakeQueue } = {},
) {
  const parts = setUpDispatch(options);
  const queue = options.queue ?? new FakeQueue(parts.clock);
  const batches: string[][] = [];
  const fn = fakeFunction((made) => {
    batches.push(bodiesOf(made.payload));
    return returned('null');
  });
  parts.functions.set(FUNCTION, fn);
  const registry = options.registry ?? parts.registry;
  const mappingsOptions: MappingsOptions = {
    ...parts,
    registry,
    sources: new Map([['sqs', queue]]),
    streams: new Map(),
    functions: parts.directory,
    capacity: options.capacity ?? 100,
  };
  const mappings = createMappings(mappingsOptions);
  parts.atEnd(() => mappings.close(0));
  const create = (input: Record<string, unknown> = {}) =>
    mappings.create({ FunctionName: 'fn', EventSourceArn: QUEUE, ...input }, CONTEXT);
  return { ...parts, functions: parts.functions, mappingsOptions, queue, batches, fn, registry, mappings, create };
}

export const bodiesOf = (payload: Uint8Array): string[] =>
  (JSON.parse(Buffer.from(payload).toString()) as { Records: { body: string }[] }).Records.map(({ body }) => body);

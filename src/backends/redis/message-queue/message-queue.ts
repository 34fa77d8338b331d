import type { Activity, Due } from '../../../core/activity.ts';
import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type {
  HandleOutcome,
  MessageQueue,
  MoveOutcome,
  OutgoingMessage,
  QueueCounts,
  QueueSettings,
  ReceivedMessage,
  ReceiveOptions,
  Redrive,
  SentMessage,
} from '../../../core/ports/message-queue.ts';
import type { Random } from '../../../core/random.ts';
import type { Timing } from '../../../core/timing.ts';
import { gather } from '../../../core/waiting/gather.ts';
import type { RedisLink } from '../link.ts';
import { type AskQueue, openConversation } from './conversation.ts';
import { handleArguments, newReceipt, outgoingArguments, type ReceivedForm, received, sent } from './message-form.ts';
import { WaitingLine } from './waiting-line.ts';

/** What the driver needs. */
export interface RedisQueueOptions {
  readonly link: RedisLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly activity: Activity;
}

const TAG_LENGTH = 8;
const TAG_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** A function handles so many messages; more are done in pieces, so that others are not kept waiting. */
const PIECE = 500;
/** What one function adds or takes for several callers: as many messages, or sends of as many times so many characters. */
const TOGETHER = { messages: 100, characters: 10_000 };

/** Message queues in Redis, shared by all processes of the namespace. */
export async function openMessageQueue(options: RedisQueueOptions): Promise<MessageQueue> {
  const lines = new Map<Arn, WaitingLine>();
  let queues: RedisMessageQueue | undefined;
  const conversation = await openConversation({
    link: options.link,
    clock: options.clock,
    learnt: (news) => queues?.line(news.queue).learn(news),
    heard: (news) => lines.get(news.queue)?.learn(news),
    returned() {
      for (const line of lines.values()) line.doubt();
    },
  });
  queues = new RedisMessageQueue(options, { lines, conversation });
  return queues;
}

class RedisMessageQueue implements MessageQueue {
  readonly driver = 'redis';
  readonly #around: RedisQueueOptions;
  readonly #lines: Map<Arn, WaitingLine>;
  readonly #conversation: { readonly ask: AskQueue } & Disposable;
  readonly #ask: AskQueue;
  readonly #listeners = new Set<(redrive: Redrive) => void>();
  // Each changes a queue as a whole, which is written once however many callers it answers.
  readonly #send = gather({
    ask: (queue: Arn, sends: readonly (readonly OutgoingMessage[])[]) => this.#sendAll(queue, sends),
    weightOf: (messages) =>
      messages.reduce((sum, { content }) => sum + 1 + content.body.length / TOGETHER.characters, 0),
    maxWeight: TOGETHER.messages,
  });
  readonly #takeOnce = gather({
    ask: (queue: Arn, wanted: readonly ReceiveOptions[]) => this.#takeAll(queue, wanted),
    weightOf: ({ max }) => max,
    maxWeight: TOGETHER.messages,
  });
  readonly #remove = gather({
    ask: (queue: Arn, removals: readonly (readonly string[])[]) => this.#removeAll(queue, removals),
    weightOf: (handles) => handles.length,
    maxWeight: PIECE,
  });

  constructor(
    around: RedisQueueOptions,
    parts: {
      readonly lines: Map<Arn, WaitingLine>;
      readonly conversation: { readonly ask: AskQueue } & Disposable;
    },
  ) {
    this.#around = around;
    this.#lines = parts.lines;
    this.#conversation = parts.conversation;
    this.#ask = parts.conversation.ask;
  }

  async declare(queue: Arn, settings: QueueSettings): Promise<void> {
    const tag = this.#around.random.text(TAG_LENGTH, TAG_ALPHABET);
    await this.#ask('declare', queue, [tag, JSON.stringify(settings)]);
  }

  async drop(queue: Arn): Promise<void> {
    await this.#ask('drop', queue, []);
    if (this.#lines.get(queue)?.isIdle) this.#lines.delete(queue);
  }

  async send(queue: Arn, messages: readonly OutgoingMessage[]): Promise<readonly SentMessage[]> {
    return present(queue, await this.#send(queue, messages));
  }

  async receive(queue: Arn, options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const { signal } = options;
    return await (signal ? this.line(queue).wait(options, signal) : this.#take(queue, options));
  }

  async remove(queue: Arn, handles: readonly string[]): Promise<readonly HandleOutcome[]> {
    return await this.#remove(queue, handles);
  }

  async changeVisibility(
    queue: Arn,
    changes: readonly { readonly handle: string; readonly timeoutMs: number }[],
  ): Promise<readonly HandleOutcome[]> {
    return await this.#settle(changes, (piece) => {
      const args = piece.flatMap(({ handle, timeoutMs }) => [...handleArguments(handle), timeoutMs]);
      return this.#ask('changeVisibility', queue, args);
    });
  }

  async release(queue: Arn, handles: readonly string[]): Promise<void> {
    for (const piece of pieces(handles)) {
      const args = [newReceipt(this.#around.random), ...piece.flatMap(handleArguments)];
      await this.#ask('release', queue, args);
    }
  }

  async purge(queue: Arn): Promise<void> {
    present(queue, await this.#ask('purge', queue, []));
  }

  async counts(queue: Arn): Promise<QueueCounts> {
    const answer = await this.#ask<readonly [number, number, number]>('count', queue, []);
    const [visible, inFlight, delayed] = answer ?? [0, 0, 0];
    return { visible, inFlight, delayed };
  }

  due(queue: Arn): Due {
    return this.line(queue).due();
  }

  async move(queue: Arn, step: { readonly to?: Arn | undefined; readonly max: number }): Promise<MoveOutcome> {
    let moved = 0;
    for (;;) {
      const size = Math.min(PIECE, step.max - moved);
      const ids = Array.from({ length: size }, () => this.#around.random.uuid());
      const args = [step.to ?? '', this.#around.timing.sqsDeduplicationMs, ...ids];
      const answer = await this.#ask<MoveAnswer>('move', queue, args);
      const [more, left, failure, isPiece] = present(queue, answer);
      moved += more;
      const isDone = moved === step.max || (more < size && !isPiece);
      if (failure !== '' || isDone) return { moved, left, failure: failure || undefined };
    }
  }

  onRedrive(listener: (redrive: Redrive) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conversation[Symbol.dispose]();
    const closing = [...this.#lines.values()].map((line) => line.close());
    await Promise.all(closing);
  }

  /** What this process knows of the queue. */
  line(queue: Arn): WaitingLine {
    const known = this.#lines.get(queue);
    if (known) return known;
    const line = new WaitingLine(queue, {
      clock: this.#around.clock,
      activity: this.#around.activity,
      hears: () => this.#around.link.hears(),
      take: (options) => this.#take(queue, options),
      giveBack: (messages) =>
        this.release(
          queue,
          messages.map(({ handle }) => handle),
        ),
      look: () => this.counts(queue),
    });
    this.#lines.set(queue, line);
    return line;
  }

  async #sendAll(
    queue: Arn,
    sends: readonly (readonly OutgoingMessage[])[],
  ): Promise<readonly (readonly SentMessage[] | undefined)[]> {
    const args = [this.#around.timing.sqsDeduplicationMs, ...sends.flat().flatMap(outgoingArguments)];
    const answer = await this.#ask<SendAnswer>('send', queue, args);
    const all = answer && sent(answer[1], answer[0] === 1);
    return shared(sends, all);
  }

  async #removeAll(
    queue: Arn,
    removals: readonly (readonly string[])[],
  ): Promise<readonly (readonly HandleOutcome[])[]> {
    const outcomes = await this.#settle(removals.flat(), (piece) =>
      this.#ask('remove', queue, piece.flatMap(handleArguments)),
    );
    return shared(removals, outcomes);
  }

  async #take(queue: Arn, options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    for (;;) {
      const { messages, hasMore } = await this.#takeOnce(queue, options);
      if (messages.length > 0 || !hasMore) return messages;
    }
  }

  async #takeAll(queue: Arn, wanted: readonly ReceiveOptions[]): Promise<readonly Taken[]> {
    const { random, timing } = this.#around;
    const args = wanted.flatMap(({ max, visibilityTimeoutMs = '', attemptId = '' }) => [
      ...[Math.min(max, PIECE), visibilityTimeoutMs],
      ...[attemptId, newReceipt(random)],
    ]);
    const answer = await this.#ask<TakeAnswer>('take', queue, [timing.sqsReceiveAttemptMs, ...args]);
    if (answer === undefined) return wanted.map(() => ({ messages: [], hasMore: false }));
    const [tag, isFifo, takes, redriven] = answer;
    for (const [messageId, to, receiveCount] of redriven) {
      for (const listener of this.#listeners) listener({ messageId, from: queue, to, receiveCount });
    }
    return takes.map(([forms, hasMore]) => ({
      messages: forms.map((form) => received(form, tag, isFifo === 1)),
      hasMore: hasMore === 1,
    }));
  }

  async #settle<Item>(
    items: readonly Item[],
    settle: (piece: readonly Item[]) => Promise<readonly HandleOutcome[] | undefined>,
  ): Promise<readonly HandleOutcome[]> {
    const outcomes: HandleOutcome[] = [];
    for (const piece of pieces(items)) outcomes.push(...((await settle(piece)) ?? piece.map(() => 'gone' as const)));
    return outcomes;
  }
}

type MoveAnswer = readonly [
  moved: number,
  left: number,
  failure: NonNullable<MoveOutcome['failure']> | '',
  isPiece: 0 | 1,
];
type SendAnswer = readonly [isFifo: 0 | 1, sent: readonly (string | number)[]];
type TakeAnswer = readonly [
  tag: string,
  isFifo: 0 | 1,
  takes: readonly (readonly [taken: readonly ReceivedForm[], hasMore: 0 | 1])[],
  redriven: readonly (readonly [id: string, to: Arn, receiveCount: number])[],
];
interface Taken {
  readonly messages: readonly ReceivedMessage[];
  readonly hasMore: boolean;
}

function present<Answer>(queue: Arn, answer: Answer | undefined): Answer {
  if (answer === undefined) throw new HeadwaterError('QUEUE_MISSING', `There is no queue "${queue}"`);
  return answer;
}

function* pieces<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += PIECE) yield items.slice(start, start + PIECE);
}

/** To each of those who asked together what of all is theirs. */
function shared<All extends readonly unknown[] | undefined>(asked: readonly (readonly unknown[])[], all: All): All[] {
  let end = 0;
  return asked.map(({ length }) => {
    const begin = end;
    end += length;
    return all?.slice(begin, end) as All;
  });
}

import type { Activity, Due } from '../../../core/activity.ts';
import { type Clock, realClock, SECOND, sleep } from '../../../core/clock.ts';
import type { TaskQueue, TaskVerdict } from '../../../core/ports/task-queue.ts';
import type { RedisLink } from '../link.ts';
import type { Script } from '../script.ts';
import { fromText, toText } from '../value-text.ts';
import type { ReadyJobs, Ticket } from './ready-jobs.ts';
import {
  ADD,
  CLEAR,
  PAGE,
  PROMOTE,
  queuesKey,
  READY,
  REMOVE,
  SETTLE,
  STATE,
  TASKS_CHANNEL,
  type TaskState,
  taskKeys,
} from './task-scripts.ts';

/** How long a task waits whose run threw, which is a fault of ours. */
const AFTER_FAULT_MS = SECOND;
/** How soon, in real time, something is tried again that Redis did not answer. */
const RETRY_MS = SECOND / 2;

type Run = Parameters<TaskQueue['process']>[2];

/** What a lane is made of. */
export interface LaneParts {
  readonly link: RedisLink;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly openJobs: (queue: string) => Promise<ReadyJobs>;
}

/** One queue, as this process sees it. */
export class Lane implements AsyncDisposable {
  readonly #queue: string;
  readonly #parts: LaneParts;
  readonly #keys: readonly string[];
  readonly #closing = new AbortController();
  readonly #handingOver = new Set<Promise<void>>();
  #jobs: Promise<ReadyJobs> | undefined;
  #state: TaskState = [-1, 0, ''];
  #worker: { readonly concurrency: number } | undefined;
  #running = 0;
  #timer: (Disposable & { readonly dueAtMs: number }) | undefined;

  constructor(queue: string, parts: LaneParts) {
    this.#queue = queue;
    this.#parts = parts;
    this.#keys = taskKeys(parts.link.prefix, queue);
  }

  async add(task: { readonly id: string; readonly data: unknown; readonly dueAtMs: number }): Promise<void> {
    const { link, clock } = this.#parts;
    const args = [task.id, toText(task.data), task.dueAtMs, clock.nowMs(), ...this.#channel, queuesKey(link.prefix)];
    const ticket = await this.#run<number>(ADD, args);
    if (ticket > 0) this.#handOver([{ id: task.id, ticket: String(ticket) }]);
  }

  async process(concurrency: number, run: Run, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#worker = { concurrency };
    using _probe = this.#parts.activity.probe(() => {
      // What there is to do is not known yet, and idle must not be claimed before it is.
      if (!this.#isKnown) return { dueNow: 1 };
      return this.#running < concurrency ? this.due() : { dueNow: 0 };
    });
    const jobs = await this.#untilAnswered(() => this.#openJobs());
    if (jobs && !signal.aborted) {
      await using _worker = jobs.work(concurrency, (ticket) => this.#perform(ticket, run, signal));
      await this.lookAgain();
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      this.#worker = undefined;
      this.#disarm();
    }
    this.#worker = undefined;
  }

  due(): Due {
    const nowMs = this.#parts.clock.nowMs();
    const [, outstanding, next] = this.#state;
    const nextDueAtMs = next === '' ? undefined : Number(next);
    const fallenDue = nextDueAtMs !== undefined && nextDueAtMs <= nowMs ? 1 : 0;
    const dueNow = Math.max(0, outstanding - this.#running) + fallenDue;
    return { dueNow, nextDueAtMs: dueNow > 0 ? nowMs : nextDueAtMs };
  }

  async remove(id: string): Promise<void> {
    await this.#run(REMOVE, [id, ...this.#channel]);
  }

  async clear(): Promise<void> {
    await this.#parts.activity.during(`clearing tasks of ${this.#queue}`, async () => {
      await this.#run(CLEAR, [...this.#channel, queuesKey(this.#parts.link.prefix)]);
      await (await this.#openJobs()).clear();
    });
  }

  /** Takes in what a process has published, in whichever order it comes. */
  learn(state: TaskState): void {
    if (state[0] < this.#state[0]) return;
    // Whoever rests looks again when a piece of work has ended.
    using _look = this.#parts.activity.begin(`tasks of ${this.#queue}`);
    this.#state = state;
    this.#arm();
  }

  /** Asks for what may have been missed, and hands over what a killed process did not get to. */
  async lookAgain(): Promise<void> {
    await this.#parts.activity.during(`looking at tasks of ${this.#queue}`, async () => {
      await this.#untilAnswered(async () => {
        // A Redis that lost what it held counts from the beginning.
        this.#state = [-1, ...(this.#state.slice(1) as [number, string])];
        await this.#run(STATE, []);
        if (!this.#worker) return;
        await this.#handOverReady();
        await this.#promote();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disarm();
    this.#closing.abort();
    await Promise.allSettled([...this.#handingOver]);
    const jobs = await this.#jobs?.catch(() => undefined);
    await jobs?.[Symbol.asyncDispose]();
  }

  get #isKnown(): boolean {
    return this.#state[0] >= 0;
  }

  get #channel(): readonly [string, string] {
    return [this.#parts.link.prefix + TASKS_CHANNEL, this.#queue];
  }

  #openJobs(): Promise<ReadyJobs> {
    this.#jobs ??= this.#parts.openJobs(this.#queue);
    this.#jobs.catch(() => {
      this.#jobs = undefined;
    });
    return this.#jobs;
  }

  /** Runs a script and takes in the state that it answers, before whoever waits for it goes on. */
  async #run<T>(script: Script, args: readonly (string | number)[]): Promise<T> {
    const [answer, state] = await this.#parts.link.run<[T, TaskState]>(script, this.#keys, args);
    this.learn(state);
    return answer;
  }

  /** Tries until it succeeds; `undefined` when the queue is closed first. */
  async #untilAnswered<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    while (!this.#closing.signal.aborted) {
      try {
        return await attempt();
      } catch {
        await sleep(realClock, RETRY_MS, this.#closing.signal).catch(() => {});
      }
    }
    return undefined;
  }

  /** What is stored is acknowledged; that somebody may run it can be said later, also by another process. */
  #handOver(tickets: readonly Ticket[]): void {
    const work = this.#untilAnswered(async () => await (await this.#openJobs()).add(tickets)).then(() => {
      this.#handingOver.delete(work);
    });
    this.#handingOver.add(work);
  }

  async #handOverReady(): Promise<void> {
    for (let last = '0', found: readonly string[] = []; ; ) {
      found = await this.#run<readonly string[]>(READY, [last]);
      const tickets = pairsOf(found);
      await (await this.#openJobs()).add(tickets);
      last = tickets.at(-1)?.ticket ?? last;
      if (tickets.length < PAGE) return;
    }
  }

  async #promote(): Promise<void> {
    for (;;) {
      const found = await this.#run<readonly string[]>(PROMOTE, [this.#parts.clock.nowMs(), ...this.#channel]);
      const tickets = pairsOf(found);
      if (tickets.length > 0) await (await this.#openJobs()).add(tickets);
      if (tickets.length < PAGE) return;
    }
  }

  #disarm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  /** Sets the timer for what falls due next, where somebody here could run it. */
  #arm(): void {
    const next = this.#state[2];
    const dueAtMs = this.#worker && next !== '' ? Number(next) : undefined;
    if (this.#timer?.dueAtMs === dueAtMs) return;
    this.#disarm();
    if (dueAtMs === undefined) return;
    const { clock, activity } = this.#parts;
    const timer = clock.setTimer(dueAtMs - clock.nowMs(), () => {
      this.#timer = undefined;
      const token = activity.begin(`tasks of ${this.#queue} fall due`);
      // What was promoted may not have been handed over when that failed.
      const fallenDue = this.#promote().catch(() => this.lookAgain());
      void fallenDue.finally(() => {
        token[Symbol.dispose]();
        this.#arm();
      });
    });
    this.#timer = { dueAtMs, [Symbol.dispose]: () => timer[Symbol.dispose]() };
  }

  async #perform(ticket: Ticket, run: Run, signal: AbortSignal): Promise<void> {
    using _token = this.#parts.activity.begin(`task ${this.#queue}/${ticket.id}`);
    this.#running += 1;
    try {
      const record = await this.#untilAnswered(() => this.#begin(ticket));
      if (typeof record !== 'string') return;
      const [, , text = ''] = /^\d+ (\S+) ([\s\S]*)$/.exec(record) ?? [];
      if (signal.aborted) return await this.#settle(ticket, { text, dueAtMs: this.#parts.clock.nowMs() });
      const data = fromText<unknown>(text);
      const verdict = await run({ id: ticket.id, data }, signal).catch(
        (): TaskVerdict => ({ kind: 'again', data, dueAtMs: this.#parts.clock.nowMs() + AFTER_FAULT_MS }),
      );
      const again = verdict.kind === 'again' ? { text: toText(verdict.data), dueAtMs: verdict.dueAtMs } : undefined;
      await this.#settle(ticket, again);
    } finally {
      this.#running -= 1;
    }
  }

  /** What a ticket is for; nothing when it is nobody's. */
  async #begin({ id, ticket }: Ticket): Promise<string | null> {
    const record = await this.#parts.link.ask((redis) => redis.hget(this.#keys[0] ?? '', id));
    return record?.startsWith(`${ticket} `) ? record : null;
  }

  async #settle({ id, ticket }: Ticket, again?: { readonly text: string; readonly dueAtMs: number }): Promise<void> {
    const kept = again ? [again.text, again.dueAtMs, this.#parts.clock.nowMs()] : [];
    const next = await this.#untilAnswered(() => this.#run<number>(SETTLE, [id, ticket, ...this.#channel, ...kept]));
    if (next) this.#handOver([{ id, ticket: String(next) }]);
  }
}

const pairsOf = (flat: readonly string[]): readonly Ticket[] =>
  Array.from({ length: flat.length / 2 }, (_, index) => ({
    id: flat[2 * index] ?? '',
    ticket: flat[2 * index + 1] ?? '',
  }));

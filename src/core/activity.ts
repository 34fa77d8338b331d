import { realClock } from './clock.ts';

/** What a consumer could take right now, and when there will be more. */
export interface Due {
  /** Items whose time has come and which a live mapping, task or subscription would take. */
  readonly dueNow: number;
  /** When the next item becomes due, on the clock; absent when none waits. */
  readonly nextDueAtMs?: number | undefined;
}

/** The answer of `GET /_headwater/idle`. */
export interface Idleness {
  readonly idle: boolean;
  readonly inFlight: number;
  readonly dueNow: number;
  readonly nextDueAt: number | undefined;
}

/**
 * Knows whether anything is going on. Whoever starts work that nobody awaits (a poller, an asynchronous invocation, a
 * delivery) holds a token for as long as it runs; whoever can take work registers a probe that counts what is waiting.
 * There must be no gap: a token or a due item exists from the moment work is set off until it has ended.
 */
export interface Activity {
  /** Marks a piece of work as in progress until the token is disposed. `what` names it for people. */
  begin(what: string): Disposable;
  /** Runs `work` under a token. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  /**
   * Begins work that nobody awaits, under a token. What it fails with is told to the owner of this activity and ends
   * nothing else: such work bears by itself what it is known to meet, as a backend that is away.
   */
  start(what: string, work: () => Promise<unknown>): void;
  /** Registers a count of waiting work; disposing removes it. */
  probe(count: () => Due): Disposable;
  /** The state of this instant. */
  now(): Idleness;
  /** Waits, at most `deadlineMs` real time, until nothing is in progress or due; returns the names of what still runs. */
  rest(deadlineMs: number): Promise<readonly string[]>;
}

/** Told of work that nobody awaits, and of what it failed with. */
export type WorkFailed = (what: string, error: unknown) => void;

/** Without an owner a failure is nobody's, which ends the process. */
const disowned: WorkFailed = (_what, error) => {
  throw error;
};

/** One simulator's activity: tokens of running work and probes of waiting work. */
export function createActivity(failed: WorkFailed = disowned): Activity {
  const running = new Map<object, string>();
  const probes = new Set<() => Due>();
  const waiting = new Set<() => void>();

  const now = (): Idleness => {
    let dueNow = 0;
    let nextDueAt: number | undefined;
    for (const count of probes) {
      const due = count();
      dueNow += due.dueNow;
      if (due.nextDueAtMs !== undefined) nextDueAt = Math.min(nextDueAt ?? due.nextDueAtMs, due.nextDueAtMs);
    }
    return { idle: running.size === 0 && dueNow === 0, inFlight: running.size, dueNow, nextDueAt };
  };

  const begin = (what: string): Disposable => {
    const token = {};
    running.set(token, what);
    return {
      [Symbol.dispose]: () => {
        if (running.delete(token) && running.size === 0) for (const check of [...waiting]) check();
      },
    };
  };

  const rest = (deadlineMs: number): Promise<readonly string[]> =>
    new Promise((resolve) => {
      const finish = (left: readonly string[]) => {
        waiting.delete(check);
        deadline[Symbol.dispose]();
        resolve(left);
      };
      // Looks once more after the event loop turned, so that work which is about to begin has begun.
      const check = () =>
        setImmediate(() => {
          if (waiting.has(check) && now().idle) setImmediate(() => waiting.has(check) && now().idle && finish([]));
        });
      const deadline = realClock.setTimer(deadlineMs, () => {
        const { dueNow } = now();
        finish([...running.values(), ...(dueNow > 0 ? [`${dueNow} due but not taken`] : [])]);
      });
      waiting.add(check);
      check();
    });

  const during: Activity['during'] = async (what, work) => {
    using _token = begin(what);
    return await work();
  };

  return {
    begin,
    during,
    start: (what, work) => void during(what, work).catch((error: unknown) => failed(what, error)),
    probe(count) {
      probes.add(count);
      return { [Symbol.dispose]: () => probes.delete(count) };
    },
    now,
    rest,
  };
}

import { realClock, sleep, startStopwatch } from '../../src/core/clock.ts';

/** A request that failed. */
export interface Failure {
  readonly code: string;
  readonly status: number | undefined;
  readonly tookMs: number;
}

/** Messages that are sent again and again, and what became of sending each. */
export interface Traffic {
  readonly acknowledged: ReadonlySet<string>;
  readonly failures: readonly Failure[];
  /** Resolves when that many more have been acknowledged. */
  more(count: number): Promise<void>;
  /** Sends no more; resolves when the last was answered. */
  stop(): Promise<void>;
}

const SENDERS = 3;
/** A sender waits so long between two messages. */
const PACE_MS = 15;

/** Sends messages, with names that begin so, until it is stopped. */
export function startTraffic(prefix: string, send: (name: string) => Promise<unknown>): Traffic {
  const acknowledged = new Set<string>();
  const failures: Failure[] = [];
  let sent = 0;
  let isStopped = false;
  const sending = async () => {
    while (!isStopped) {
      sent += 1;
      const name = `${prefix}-${sent}`;
      const elapsedMs = startStopwatch();
      try {
        await send(name);
        acknowledged.add(name);
      } catch (error) {
        failures.push({ ...readFailure(error), tookMs: elapsedMs() });
      }
      await sleep(realClock, PACE_MS);
    }
  };
  const senders = Promise.all(Array.from({ length: SENDERS }, sending));
  return {
    acknowledged,
    failures,
    async more(count) {
      const wanted = acknowledged.size + count;
      while (acknowledged.size < wanted) await sleep(realClock, PACE_MS);
    },
    async stop() {
      isStopped = true;
      await senders;
    },
  };
}

function readFailure(error: unknown): Omit<Failure, 'tookMs'> {
  const { name, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  return { code: name, status: $metadata?.httpStatusCode };
}

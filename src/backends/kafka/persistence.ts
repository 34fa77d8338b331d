import { realClock, SECOND, sleep } from '../../core/clock.ts';
import { BackendUnavailable } from '../../core/errors.ts';
import { backOffMs } from '../../core/waiting/back-off.ts';
import type { Outage } from '../../core/waiting/outage.ts';
import { NoAnswer } from './connections.ts';
import { answeredFault, isMoved, isPassing, isUnknownTopic } from './faults.ts';
import type { Topology } from './topology.ts';

/** How long an answer may take, with all that is asked again on the way. */
export const ANSWER_MS = 4.5 * SECOND;
/** How long a new topic may be unknown to a broker. */
const UNKNOWN_MS = SECOND;
const RETRY = { firstMs: 10, maxMs: 300 };

/** Asks again where that may help, and says what is wrong where it does not. */
export interface Persistence {
  /** @param attempt is told how many milliseconds are left */
  persistently<T>(attempt: (leftMs: () => number) => Promise<T>): Promise<T>;
  /**
   * The error that callers get.
   *
   * @param askedAfter how many outages were over when it was asked
   */
  translate(error: unknown, askedAfter: number): unknown;
}

/** @param isClosed whether there is nothing to be asked any more */
export function createPersistence(options: {
  readonly name: string;
  readonly topology: Topology;
  readonly outage: Outage;
  readonly isClosed: () => boolean;
}): Persistence {
  const { name, topology, outage, isClosed } = options;
  const mayHelp = (error: unknown, tries: number): boolean => {
    if (isClosed()) return false;
    if (!(error instanceof NoAnswer)) return isMoved(error) || isPassing(error) || isUnknownTopic(error);
    // The broker closes a connection that was idle for long; and where there are several, another may lead now.
    return (error.wasConnected && tries === 1) || topology.brokers.length > 1;
  };
  const translate = (error: unknown, askedAfter: number): unknown => {
    if (!(error instanceof NoAnswer) && !isPassing(error) && !isMoved(error)) return error;
    topology.forget();
    if (!isClosed()) outage.begin(askedAfter);
    const why = error instanceof NoAnswer ? error.message : `${answeredFault(error)}`;
    return new BackendUnavailable(name, why, { cause: error });
  };
  return {
    translate,
    async persistently(attempt) {
      const askedAfter = outage.timesOver();
      const endMs = realClock.nowMs() + ANSWER_MS;
      const leftMs = () => Math.max(1, endMs - realClock.nowMs());
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(leftMs);
        } catch (error) {
          const endsMs = isUnknownTopic(error) ? endMs - ANSWER_MS + UNKNOWN_MS : endMs;
          if (realClock.nowMs() >= endsMs || !mayHelp(error, tries)) throw translate(error, askedAfter);
          topology.forget();
          await sleep(realClock, Math.min(leftMs(), backOffMs(tries, RETRY)));
        }
      }
    },
  };
}

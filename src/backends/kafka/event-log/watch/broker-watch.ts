import type { Broker } from '../../connections.ts';

/** One question that a broker holds back, about all that it leads and that is followed. */
export interface BrokerWatch<Followed> {
  add(followed: Followed): void;
  remove(followed: Followed): void;
}

/**
 * Asks again and again while there is something to ask about. When there is more to ask about, the question that is held back
 * is taken back, and asked anew.
 * @param ask asks once; rejects when there is no answer
 * @param lost told of all that were asked about when there was no answer, and why: they have left
 */
export function createBrokerWatch<Followed>(options: {
  readonly broker: Broker;
  readonly ask: (broker: Broker, about: readonly Followed[], signal: AbortSignal) => Promise<void>;
  readonly lost: (left: readonly Followed[], error: unknown) => void;
}): BrokerWatch<Followed> {
  const { broker, ask, lost } = options;
  const led = new Set<Followed>();
  let question: AbortController | undefined;
  let isAsking = false;
  let isChanging = false;

  const run = async () => {
    isAsking = true;
    while (led.size > 0) {
      question = new AbortController();
      const { signal } = question;
      const about = [...led];
      try {
        await ask(broker, about, signal);
      } catch (error) {
        if (signal.aborted) continue;
        const left = about.filter((each) => led.delete(each));
        lost(left, error);
      }
    }
    isAsking = false;
  };
  /** Once for all that change in this turn of the event loop. */
  const changed = () => {
    if (isChanging) return;
    isChanging = true;
    setImmediate(() => {
      isChanging = false;
      if (isAsking) question?.abort();
      else void run();
    });
  };
  return {
    add(followed) {
      led.add(followed);
      changed();
    },
    remove(followed) {
      // What nobody wants any more may be asked about once again; but nothing is asked about nothing.
      if (led.delete(followed) && led.size === 0) changed();
    },
  };
}

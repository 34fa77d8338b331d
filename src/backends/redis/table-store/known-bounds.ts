import type { Arn } from '../../../core/arn.ts';
import type { LogBounds } from '../../../core/ports/event-log.ts';
import { createListeners } from '../../../core/waiting/listeners.ts';

/** What this process knows of the streams' logs, by what it did and what is published. */
export interface KnownBounds {
  /**
   * Takes in what a script or a message says of a partition, in whatever order such come: stream, id of its log, partition,
   * first offset, next offset, when the newest arrived. Only stream and id: the log was dropped. Wakes who waits.
   */
  learn(news: string): void;
  /** The log is not there. */
  forget(stream: Arn): void;
  of(stream: Arn, partition: number): KnownPartition | undefined;
  onAppend(stream: Arn, partition: number, wake: () => void): Disposable;
  /** The partitions that somebody listens to. */
  listened(): readonly (readonly [stream: Arn, partition: number])[];
}

/** What is known of a partition. */
export interface KnownPartition extends LogBounds {
  /** When its newest entry arrived. */
  readonly newestAtMs: number;
}

interface KnownLog {
  /** A log that is created anew under its name has a greater one. */
  readonly id: number;
  readonly partitions: Map<number, KnownPartition>;
}

/** Knows nothing yet. */
export function createKnownBounds(): KnownBounds {
  const logs = new Map<Arn, KnownLog>();
  const listeners = createListeners<string>();
  const listened = new Map<object, readonly [Arn, number]>();

  const logOf = (stream: Arn, id: number) => {
    const known = logs.get(stream);
    if (known && known.id >= id) return known;
    const log = { id, partitions: new Map<number, KnownPartition>() };
    logs.set(stream, log);
    return log;
  };
  const drop = (stream: Arn, id: number) => {
    if ((logs.get(stream)?.id ?? 0) <= id) logs.delete(stream);
  };
  return {
    learn(news) {
      const [stream, ...numbers] = news.split(' ') as [Arn, ...string[]];
      const [id = 0, partition, first = 0, next = 0, newestAtMs = 0] = numbers.map(Number);
      if (partition === undefined) return drop(stream, id);
      const log = logOf(stream, id);
      if (log.id !== id) return;
      const before = log.partitions.get(partition) ?? { first: 0, next: 0, newestAtMs: 0 };
      log.partitions.set(partition, {
        first: Math.max(before.first, first),
        next: Math.max(before.next, next),
        newestAtMs: Math.max(before.newestAtMs, newestAtMs),
      });
      if (next > before.next) listeners.tell(keyOf(stream, partition));
    },
    forget: (stream) => logs.delete(stream),
    of: (stream, partition) => logs.get(stream)?.partitions.get(partition),
    onAppend(stream, partition, wake) {
      const listening = listeners.add(keyOf(stream, partition), wake);
      listened.set(listening, [stream, partition]);
      return {
        [Symbol.dispose]() {
          listened.delete(listening);
          listening[Symbol.dispose]();
        },
      };
    },
    listened: () => [...new Map([...listened.values()].map((each) => [keyOf(...each), each])).values()],
  };
}

const keyOf = (stream: Arn, partition: number) => `${stream} ${partition}`;

import type { Arn } from '../../../core/arn.ts';
import type { LogBounds } from '../../../core/ports/event-log.ts';
import { createListeners } from '../../../core/waiting/listeners.ts';

/** What this process knows of partitions. It only grows: what comes late of an older state changes nothing. */
export interface Extents {
  of(log: Arn, partition: number): LogBounds;
  /** Takes what was learnt of the topic of the log, and wakes who waits when there is more to read. */
  learn(log: Arn, topic: string, partition: number, bounds: Partial<LogBounds>): void;
  /** Takes it even where it says less than was known: what was acknowledged is lost. */
  correct(log: Arn, topic: string, partition: number, bounds: LogBounds): void;
  /** The log is gone. */
  forget(log: Arn): void;
  onAppend(log: Arn, partition: number, wake: () => void): Disposable;
  /** Wakes who waits there, without news. */
  wake(log: Arn, partition: number): void;
}

const NOTHING: LogBounds = { first: 0, next: 0 };

/** Nothing is known yet. */
export function createExtents(): Extents {
  const logs = new Map<Arn, { readonly topic: string; readonly partitions: Map<number, LogBounds> }>();
  const listeners = createListeners<string>();
  const of = (log: Arn, partition: number) => logs.get(log)?.partitions.get(partition) ?? NOTHING;
  const learn: Extents['learn'] = (log, topic, partition, bounds) => {
    // A topic has one log, and a log that is created again has another topic.
    if (logs.get(log)?.topic !== topic) logs.set(log, { topic, partitions: new Map() });
    const known = of(log, partition);
    const next = Math.max(known.next, bounds.next ?? 0);
    const first = Math.min(Math.max(known.first, bounds.first ?? 0), next);
    if (next === known.next && first === known.first) return;
    logs.get(log)?.partitions.set(partition, { first, next });
    if (next > known.next) listeners.tell(partitionKey(log, partition));
  };
  return {
    of,
    correct(log, topic, partition, bounds) {
      if (bounds.next < of(log, partition).next) logs.get(log)?.partitions.delete(partition);
      learn(log, topic, partition, bounds);
    },
    learn,
    forget: (log) => void logs.delete(log),
    onAppend: (log, partition, wake) => listeners.add(partitionKey(log, partition), wake),
    wake: (log, partition) => listeners.tell(partitionKey(log, partition)),
  };
}

/** Tells a partition from all others. */
export const partitionKey = (log: Arn, partition: number): string => `${partition} ${log}`;

import { realClock } from '../../src/core/clock.ts';
import type { Value } from './scenario.ts';

/** What a subscription to a shard has delivered up to now. */
export interface Subscription {
  /** Events that held records, in order. */
  readonly events: readonly Value[];
  /** Resolves when so many records have come, or when a second has passed without them. */
  settle(records: number): Promise<void>;
}

const PATIENCE_MS = 1000;

/** Reads a stream of events in the background for as long as it lasts. */
export function readSubscription(
  stream: AsyncIterable<unknown>,
  asValue: (event: unknown) => Promise<Value>,
): Subscription {
  const events: Value[] = [];
  let came = () => {};
  const read = async () => {
    for await (const event of stream) {
      const value = (await asValue(event)) as { readonly SubscribeToShardEvent?: Value };
      if (count([value.SubscribeToShardEvent]) > 0) events.push(value.SubscribeToShardEvent);
      came();
    }
  };
  // It ends with the client, in the middle of a wait.
  read().catch(() => {});
  return {
    events,
    settle: (records) =>
      new Promise((resolve) => {
        const patience = realClock.setTimer(PATIENCE_MS, resolve);
        came = () => {
          if (count(events) < records) return;
          patience[Symbol.dispose]();
          resolve();
        };
        came();
      }),
  };
}

/** How many records events hold. */
export const count = (events: readonly Value[]): number => recordsOf(events).length;

/** The records of events, put together. */
export const recordsOf = (events: readonly Value[]): readonly Value[] =>
  events.flatMap((event) => (event as { readonly Records?: readonly Value[] } | undefined)?.Records ?? []);

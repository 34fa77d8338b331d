import type { Arn, Scope } from '../../src/core/arn.ts';
import type { Arrival } from './event/bus-event.ts';

/** A bus by its name. */
export interface BusName extends Scope {
  readonly name: string;
}

/** The one way onto a bus, for clients, schedules, other buses and replays. */
export interface BusEvents {
  /**
   * Tells the archives of the events, matches them with the bus's rules, and resolves once what is to be delivered is
   * stored. Events for a bus that does not exist are dropped, as AWS does.
   */
  ingest(bus: BusName, arrivals: readonly Arrival[], options?: IngestOptions): Promise<void>;
}

/** How events come onto a bus that were there before. */
export interface IngestOptions {
  /** Events of a replay carry its name, and are not archived again. */
  readonly replayName?: string | undefined;
  /** Only these rules see the events; all of the bus when absent. */
  readonly onlyRules?: readonly Arn[] | undefined;
  /** What comes again under the same id, after a crash, while it is still to be delivered is delivered once. */
  readonly id?: string | undefined;
}

/** What keeps events for replays. */
export interface Archives {
  /** Resolves once each archive of the bus whose pattern matches has stored its events; called before the sender is answered. */
  keep(bus: BusName, arrivals: readonly Arrival[]): Promise<void>;
}

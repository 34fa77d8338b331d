/**
 * What is due when, for rules and schedules. It is kept with the tasks, so that it survives a restart, and of all processes
 * that share their work one fires each instant.
 */
export interface Timetable {
  /** Says who fires the entries of a kind, e.g. `rule`. Before that none of them fires. */
  attach(kind: string, fire: Fire): void;
  /**
   * Resolves once it is stored that the entry is due then. One that is planned already, whichever its next instant is, goes
   * on as it was. What is planned for an earlier generation of the entry comes to `fire` too, which knows that it is stale.
   */
  plan(entry: TimetableEntry, atMs: number): Promise<void>;
  /** Resolves once nothing is planned for that generation of the entry. A fire in progress ends, and nothing follows it. */
  forget(entry: TimetableEntry): Promise<void>;
  /** Forgets all entries of a kind. */
  clear(kind: string): Promise<void>;
}

/** What fires. */
export interface TimetableEntry {
  readonly kind: string;
  /** Names it among its kind, e.g. its ARN. */
  readonly key: string;
  /** Another one after each change, so that what was planned before does not fire. */
  readonly generation: string;
}

/** One instant that has come. */
export interface DueInstant {
  readonly entry: TimetableEntry;
  /** When it was due, on the clock. */
  readonly dueAtMs: number;
  /** Whether it came due while no process was there, or those that were slept with their machine. */
  readonly missed: boolean;
  /** Nothing is to be done, as what was missed is not made up for; only what comes next is asked for. */
  readonly skip: boolean;
  /** The next due instant is the first behind this one: `dueAtMs`, or the present where one fire stands for all that were missed. */
  readonly nextAfterMs: number;
}

/**
 * Does what is due, at least once, and resolves with the first due instant behind `nextAfterMs`; with `undefined` when there
 * is none, or when the entry is gone or of another generation. A rejection is tried again.
 */
export type Fire = (due: DueInstant, signal: AbortSignal) => Promise<number | undefined>;

/** What becomes of instants that came due while no process was there, or awake: one late fire for all of them, one each, or none. */
export type MissedPolicy = 'once' | 'all' | 'skip';

import type { Happening, Violation } from '../engine/simulation.ts';
import type { PlannedRecord } from './plan.ts';

/** Where a record came to lie in the stream. */
export interface Place {
  readonly shardId: string;
  readonly sequenceNumber: bigint;
}

/** How a record left the mapping's responsibility. */
export type Settled = 'succeeded' | 'named' | 'given up' | 'expired';

/** What the world outside knows of one record. */
export interface Entry {
  readonly record: PlannedRecord;
  /** When it was sent; it arrived in that instant. */
  readonly sentAtMs: number;
  /** Told by the answer to the put, else by the stream itself. */
  place?: Place;
  acknowledged: boolean;
  /** The mapping must deliver it: it matches, and lies behind where the mapping starts. */
  inScope: boolean;
  /** Invocations with it that failed and count as attempts. */
  failures: number;
  /** Lives in which an invocation with it succeeded. */
  readonly succeededIn: Set<number>;
  settled?: Settled;
}

/** One invocation as the function saw it. */
export interface Delivery {
  readonly number: number;
  readonly requestId: string;
  readonly atMs: number;
  readonly life: number;
  readonly entries: readonly Entry[];
  readonly window?: TumblingWindow | undefined;
}

/** What an event says of its tumbling window. */
export interface TumblingWindow {
  readonly shardId: string;
  readonly startMs: number;
  readonly endMs: number;
  /** What the function has returned so far: ids of records. */
  readonly ids: readonly number[];
  readonly final: boolean;
}

/**
 * What was put, delivered and answered, kept outside of what is tested. Rules are checked against it while it is written;
 * the first that is broken ends the run.
 */
export class Ledger {
  readonly entries = new Map<number, Entry>();
  readonly deliveries = new Map<string, Delivery>();
  readonly happenings: Happening[] = [];
  readonly violations: Violation[] = [];
  /** Shards by id with their parents, as long as they were ever seen. */
  readonly parents = new Map<string, readonly string[]>();
  /** Lives that ended by a crash. */
  readonly crashed = new Set<number>();
  /** The present life, counted from 1. */
  life = 1;
  /** How many records expired ones were named, and how many were settled by that alone. */
  readonly aged = { claimed: 0, settled: 0 };
  readonly #nowMs: () => number;
  #deliveries = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get nowMs(): number {
    return this.#nowMs();
  }

  note(what: string): void {
    this.happenings.push({ atMs: this.nowMs, what });
  }

  expect(holds: boolean, rule: string, what: () => string): void {
    if (holds) return;
    this.violations.push({ rule, what: what() });
    this.note(`✗ ${rule}: ${what()}`);
  }

  send(record: PlannedRecord, inScope: boolean): Entry {
    const entry: Entry = {
      ...{ record, inScope, sentAtMs: this.nowMs, acknowledged: false, failures: 0, succeededIn: new Set() },
    };
    this.entries.set(record.id, entry);
    return entry;
  }

  deliver(delivery: Omit<Delivery, 'number' | 'atMs' | 'life'>): Delivery {
    const numbered = { ...delivery, number: ++this.#deliveries, atMs: this.nowMs, life: this.life };
    this.deliveries.set(delivery.requestId, numbered);
    return numbered;
  }

  /** The first way in which it was settled stays. */
  settle(entry: Entry, how: Settled): void {
    entry.settled ??= how;
  }

  /** Whether the first shard is an ancestor of the second. */
  precedes(shardId: string, descendant: string): boolean {
    const parents = this.parents.get(descendant) ?? [];
    return parents.some((parent) => parent === shardId || this.precedes(shardId, parent));
  }
}

/** Records as the account writes them. */
export const idsOf = (entries: readonly Entry[]): string => entries.map(({ record }) => record.id).join(' ');

import type { Arn } from '../../../src/core/arn.ts';
import type { StreamSource } from '../../../src/core/source.ts';
import type { Ledger, Place } from './ledger.ts';
import type { PlannedRecord, Step } from './plan.ts';

/** A stream as a run uses it, in one life: what clients do to it, and what the mapping reads. */
export interface SimulatedSource {
  readonly stream: StreamSource;
  /** Makes the stream, in the first life. */
  create(): Promise<void>;
  /** What mappings call the stream. */
  arn(): Promise<Arn>;
  /** Puts records; tells of each when it was acknowledged, with its place where the answer says it. */
  put(records: readonly PlannedRecord[], acknowledged: (record: PlannedRecord, place?: Place) => void): Promise<void>;
  /** Splits or merges; false where that cannot be done now. */
  reshard(step: Extract<Step, { do: 'split' | 'merge' | 'rescale' }>): Promise<boolean>;
  /** Brings the ledger's knowledge of shards and places up to date. */
  learn(ledger: Ledger): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** How long both kinds of streams keep a record. */
export const RETENTION_MS = 24 * 60 * 60 * 1000;

/** Notes the lineage of all shards that there are. */
export async function learnShards(ledger: Ledger, stream: StreamSource, arn: Arn): Promise<void> {
  for (const { shardId, parentIds } of await stream.shards(arn)) ledger.parents.set(shardId, parentIds);
}

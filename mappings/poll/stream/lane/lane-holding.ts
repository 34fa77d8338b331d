import { compareSequence, type LaneCheckpoint, type OpenBatch } from '../checkpoint/shard-checkpoint.ts';
import { LaneLine } from './lane-line.ts';
import { freshBatch, isHeld, type LaneRecord, type StreamBatch } from './stream-batch.ts';
import type { OpenWindow } from './tumbling-window.ts';

/** What a lane holds: records that wait, batches that it began and has not settled, and how far it got. */
export class LaneHolding {
  readonly line: LaneLine;
  /** What the last runner of the shard left open and is not put together again yet, the first one first. */
  readonly restored: OpenBatch[];
  /** The batch in hand, and what is left of the one that it is a part of. */
  open: readonly StreamBatch[] = [];
  window: OpenWindow | undefined;
  batchingEndMs: number | undefined;
  #settledTo: string | undefined;
  #seenTo: string | undefined;

  /** @param envelopeBytes of an event without records */
  constructor(envelopeBytes: number, from: LaneCheckpoint | undefined) {
    this.line = new LaneLine(envelopeBytes);
    this.restored = [...(from?.open ?? [])];
    this.window = from?.window;
    this.#settledTo = from?.settledTo;
  }

  /** What it has not settled. */
  get load(): { readonly records: number; readonly bytes: number } {
    let [records, bytes] = [this.line.length, this.line.bytes];
    for (const batch of this.open) {
      records += batch.records.length;
      for (const record of batch.records) bytes += record.bytes;
    }
    return { records, bytes };
  }

  /** Takes a record, or learns of one that is not delivered. */
  offer(sequenceNumber: string, record: LaneRecord | undefined): void {
    this.#seenTo = sequenceNumber;
    if (record) this.line.add(record);
  }

  /** Whether all records of a batch that was left open were offered. */
  hasSeen({ lastSequenceNumber }: OpenBatch): boolean {
    return this.#seenTo !== undefined && compareSequence(this.#seenTo, lastSequenceNumber) >= 0;
  }

  /** Whether a record was settled, by whoever had the shard. */
  hasSettled(sequenceNumber: string): boolean {
    return this.#settledTo !== undefined && compareSequence(sequenceNumber, this.#settledTo) <= 0;
  }

  /** Nothing of these records has to be delivered any more. */
  settle(records: readonly LaneRecord[]): void {
    const last = records.at(-1);
    if (last) this.#settledTo = last.record.event.position.sequenceNumber;
  }

  /** Makes a batch of the first records that wait; of none, one that closes a window. */
  begin(count: number): void {
    this.#begin([freshBatch(this.line.take(count))]);
  }

  /** Puts the next batch together again that an earlier runner left open, as far as its records are still to be had. */
  restore(count: number): void {
    const batch = this.restored.shift();
    const records = this.line.take(count);
    if (!batch || records.length === 0) this.#begin([]);
    else this.#begin([{ ...freshBatch(records, batch.lastAttempt), failures: batch.failures }]);
  }

  /** Lets go of the records that are not held any more. */
  dropLost(): void {
    this.line.dropLost();
    const left = this.open.map((batch) => ({ ...batch, records: batch.records.filter(isHeld) }));
    this.open = left.filter(({ records }, index) => records.length > 0 || this.open[index]?.records.length === 0);
    if (this.line.length === 0) this.batchingEndMs = undefined;
  }

  /** What must survive; without open batches and window, that is nothing beyond the shard's position. */
  checkpoint(): LaneCheckpoint {
    const tried = this.open.some(({ lastAttempt }) => lastAttempt !== undefined);
    const open = (tried ? this.open : []).flatMap(({ records, failures, lastAttempt }) => {
      const last = records.at(-1)?.record.event.position.sequenceNumber;
      return last === undefined ? [] : [{ lastSequenceNumber: last, failures, lastAttempt }];
    });
    return { settledTo: this.#settledTo, open: [...open, ...this.restored], window: this.window };
  }

  #begin(open: readonly StreamBatch[]): void {
    this.open = open;
    this.batchingEndMs = undefined;
  }
}

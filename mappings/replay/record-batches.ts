import { limits } from '../../src/core/limits.ts';
import type { StreamRecord } from '../../src/core/source.ts';
import { EMPTY_PAYLOAD_BYTES, recordBytes } from '../payload/records.ts';
import type { Pace, Work } from './pace.ts';

/** Records with their JSON, together in one event. */
export interface RecordBatch {
  readonly records: readonly StreamRecord[];
  readonly texts: readonly string[];
}

/** How records become batches. */
export interface Batching {
  readonly batchSize: number;
  /** The record's JSON; absent where it is not to be delivered. */
  textOf(record: StreamRecord): string | undefined;
  readonly pace: Pace;
  readonly work: Work;
  readonly signal: AbortSignal;
}

/**
 * Gathers records as a mapping would: what is due when the function has room, up to the batch's size and the bytes of an
 * invocation. At an endless speed all is due; else a record waits for its time, and no batch waits for a record.
 */
export async function* recordBatches(
  records: AsyncIterable<StreamRecord>,
  batching: Batching,
): AsyncGenerator<RecordBatch> {
  const { batchSize, textOf, pace, work, signal } = batching;
  let batch = new Gathering();
  for await (const record of records) {
    const text = textOf(record);
    if (text === undefined) continue;
    const atMs = record.event.occurredAtMs;
    const isFull = batch.records.length >= batchSize || !batch.fits(text);
    if (batch.records.length > 0 && (isFull || !pace.isDue(atMs))) {
      yield batch;
      batch = new Gathering();
    }
    await pace.until(atMs, work, signal);
    if (signal.aborted) return;
    batch.add(record, text);
  }
  if (batch.records.length > 0) yield batch;
}

class Gathering implements RecordBatch {
  readonly records: StreamRecord[] = [];
  readonly texts: string[] = [];
  #bytes = EMPTY_PAYLOAD_BYTES;

  fits(text: string): boolean {
    return this.#bytes + recordBytes(text) <= limits.syncPayloadBytes;
  }

  add(record: StreamRecord, text: string): void {
    this.records.push(record);
    this.texts.push(text);
    this.#bytes += recordBytes(text);
  }
}

import { HeadwaterError } from '../../../../core/errors.ts';
import type { LogRecord, StreamEntry } from '../../../../core/ports/event-log.ts';

// https://kafka.apache.org/documentation/#recordbatch
/** Where the parts of a batch stand that writers and readers look for. */
export const LENGTH_AT = 8;
export const ATTRIBUTES_AT = 21;
export const RECORDS_AT = 61;
/** What stands before the part that a batch's length counts. */
export const HEAD_BYTES = 12;
const BASE_TIMESTAMP_AT = 27;
const COUNT_AT = 57;
const COMPRESSED = 0b111;
const CONTROL = 0b100000;

/** The records in batches of the second version of Kafka's format; a batch that is cut off at the end is left out. */
export function* recordsIn(batches: Buffer): Generator<LogRecord<StreamEntry>> {
  for (let at = 0; at + RECORDS_AT <= batches.length; ) {
    const end = at + HEAD_BYTES + batches.readInt32BE(at + LENGTH_AT);
    if (end > batches.length) return;
    const attributes = batches.readInt16BE(at + ATTRIBUTES_AT);
    if (attributes & COMPRESSED) throw new HeadwaterError('COMPRESSED_RECORDS', 'Somebody else wrote to this topic');
    if (!(attributes & CONTROL)) yield* recordsOf(batches, at);
    at = end;
  }
}

function* recordsOf(batches: Buffer, at: number): Generator<LogRecord<StreamEntry>> {
  const base = Number(batches.readBigInt64BE(at));
  const baseMs = Number(batches.readBigInt64BE(at + BASE_TIMESTAMP_AT));
  const reading = new VarintReader(batches, at + RECORDS_AT);
  for (let left = batches.readInt32BE(at + COUNT_AT); left > 0; left -= 1) {
    const size = reading.varint();
    const end = reading.at + size;
    reading.at += 1;
    const arrivedAtMs = baseMs + reading.varint();
    const offset = base + reading.varint();
    const partitionKey = reading.bytes().toString();
    yield { offset, arrivedAtMs, entry: { partitionKey, data: reading.bytes() } };
    reading.at = end;
  }
}

/** Reads numbers of as many bytes as they need. */
class VarintReader {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Up to 2^53, which is beyond all sizes and times. */
  varint(): number {
    let byte = this.#bytes[this.at++] ?? 0;
    let value = byte & 0x7f;
    for (let unit = 0x80; byte & 0x80; unit *= 0x80) {
      byte = this.#bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * unit;
    }
    // Signs alternate: 0, -1, 1, -2.
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(): Buffer {
    const size = this.varint();
    if (size <= 0) return Buffer.alloc(0);
    this.at += size;
    return this.#bytes.subarray(this.at - size, this.at);
  }
}

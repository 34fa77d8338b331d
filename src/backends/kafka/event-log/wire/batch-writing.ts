import type { StreamEntry } from '../../../../core/ports/event-log.ts';
import { ATTRIBUTES_AT, HEAD_BYTES, LENGTH_AT, RECORDS_AT } from './record-batch.ts';

/** By whom and as the how many-th a batch is sent: Kafka stores it once, however often it comes. */
export interface Numbering {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly next: number;
}

/** An entry with its time. */
export interface TimedEntry {
  readonly entry: StreamEntry;
  readonly arrivedAtMs: number;
}

const LEADER_EPOCH = -1;
const MAGIC = 2;
const CRC_AT = 17;
/** What stands beside key and value in a record: its attributes and how many headers it has. */
const FIXED_BYTES = 2;

/**
 * One batch of the second version of Kafka's format, in one piece: the client's own way costs twice the time.
 * @param entries at least one, later ones with no earlier time
 * @param crc32c of bytes
 */
export function writeBatch(
  entries: readonly TimedEntry[],
  { producerId, producerEpoch, next }: Numbering,
  crc32c: (bytes: Buffer) => number,
): Buffer {
  const baseMs = entries[0]?.arrivedAtMs ?? 0;
  const sizes = entries.map(({ entry, arrivedAtMs }, index) => bodyBytes(entry, arrivedAtMs - baseMs, index));
  const batch = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size + varintBytes(size), RECORDS_AT));
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - HEAD_BYTES, LENGTH_AT);
  batch.writeInt32BE(LEADER_EPOCH, HEAD_BYTES);
  batch.writeInt8(MAGIC, CRC_AT - 1);
  let at = batch.writeInt16BE(0, ATTRIBUTES_AT);
  at = batch.writeInt32BE(entries.length - 1, at);
  at = batch.writeBigInt64BE(BigInt(baseMs), at);
  at = batch.writeBigInt64BE(BigInt(entries.at(-1)?.arrivedAtMs ?? baseMs), at);
  at = batch.writeBigInt64BE(producerId, at);
  at = batch.writeInt16BE(producerEpoch, at);
  at = batch.writeInt32BE(next, at);
  at = batch.writeInt32BE(entries.length, at);
  for (const [index, { entry, arrivedAtMs }] of entries.entries()) {
    at = writeVarint(batch, sizes[index] ?? 0, at);
    at = batch.writeInt8(0, at);
    at = writeVarint(batch, arrivedAtMs - baseMs, at);
    at = writeVarint(batch, index, at);
    at = writeVarint(batch, Buffer.byteLength(entry.partitionKey), at);
    at += batch.write(entry.partitionKey, at);
    at = writeVarint(batch, entry.data.length, at);
    batch.set(entry.data, at);
    at = batch.writeInt8(0, at + entry.data.length);
  }
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT);
  return batch;
}

function bodyBytes({ partitionKey, data }: StreamEntry, afterMs: number, index: number): number {
  const keyBytes = Buffer.byteLength(partitionKey);
  const numbers = [afterMs, index, keyBytes, data.length].reduce((sum, each) => sum + varintBytes(each), 0);
  return FIXED_BYTES + numbers + keyBytes + data.length;
}

/** Signs alternate in varints, 0, -1, 1, -2: a number that is not negative takes twice its value. */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

function writeVarint(batch: Buffer, value: number, offset: number): number {
  let at = offset;
  let rest = value * 2;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) batch[at++] = (rest % 0x80) | 0x80;
  batch[at++] = rest;
  return at;
}

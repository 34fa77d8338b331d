import { createHash } from 'node:crypto';
import { MINUTE } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import { invalidArgument } from '../errors.ts';
import type { Stream } from '../stream/stream.ts';

/** A place in a shard that a client holds for a while. */
export interface ShardIterator {
  readonly createdAtMs: number;
  readonly arn: string;
  /** Tells the stream from an earlier one of the same name. */
  readonly streamId: string;
  readonly shardIndex: number;
  readonly offset: number;
}

const LIFE_MS = 5 * MINUTE;
/** What AWS's iterators begin with. */
const PREFIX = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
const SEAL_BYTES = 16;

/** Text that a client cannot make up: sealed by a digest, and what is in it is nobody's business. */
export function formatIterator(stream: Stream, shardIndex: number, offset: number, nowMs: number): string {
  const text = Buffer.from([nowMs, stream.arn, stream.id, shardIndex, offset].join(' '));
  return Buffer.concat([PREFIX, seal(text), text]).toString('base64');
}

/** Reads an iterator; refuses what is none, and one that has expired. AWS takes one in quotes, too (recorded). */
export function parseIterator(given: string, nowMs: number): ShardIterator {
  const bytes = Buffer.from(given.replace(/^"(.*)"$/s, '$1'), 'base64');
  const text = bytes.subarray(PREFIX.length + SEAL_BYTES);
  const sealed = bytes.subarray(PREFIX.length, PREFIX.length + SEAL_BYTES).equals(seal(text));
  if (!sealed || !bytes.subarray(0, PREFIX.length).equals(PREFIX)) throw invalidIterator();
  const [createdAtMs, arn, streamId, shardIndex, offset] = text.toString().split(' ');
  const iterator = {
    createdAtMs: Number(createdAtMs),
    arn: arn ?? '',
    streamId: streamId ?? '',
    shardIndex: Number(shardIndex),
    offset: Number(offset),
  };
  if (nowMs - iterator.createdAtMs > LIFE_MS) throw expired(iterator.createdAtMs, nowMs);
  return iterator;
}

/** What is no iterator of the stream, or none at all. */
export const invalidIterator = (): ServiceError => invalidArgument('Invalid ShardIterator.');

const seal = (text: Uint8Array) =>
  createHash('sha256').update('shard iterator').update(text).digest().subarray(0, SEAL_BYTES);

const expired = (createdAtMs: number, nowMs: number) =>
  new ServiceError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${javaDate(createdAtMs)} while right now it is ${javaDate(nowMs)} which is further in the future than the tolerated delay of ${LIFE_MS} milliseconds.`,
  );

/** `Sat Nov 21 08:00:00 UTC 2026` */
function javaDate(atMs: number): string {
  const [weekday, day, month, year, time] = new Date(atMs).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

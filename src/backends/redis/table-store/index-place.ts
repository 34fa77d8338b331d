import { PARTITION_HASHES, partitionHash, segmentHashes } from '../../../core/dynamodb/scan-order.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { IndexEntry, RangeQuery } from '../../../core/ports/table-store.ts';

// A member of an index is the hash of its partition, the partition, the sort key and the primary key. Redis compares members
// byte by byte. So that a text ends before a longer one, each is ended by 0 1, and a 0 in it is written as 0 255.

const ZERO = /\0/g;
const WRITTEN_ZERO = /\0\xff/g;
const END = '\0\x01';
/** Greater than the end of any text that goes on after `END`, and less than any longer text. */
const BEHIND_END = '\0\x02';
const HASH_BYTES = 4;

/** Where an item stands. */
export interface Place {
  readonly partition: string;
  readonly sort: string;
  readonly key: string;
}

/** The member that stands for an item. */
export function memberOf({ partition, sort }: Pick<IndexEntry, 'partition' | 'sort'>, key: string): Buffer {
  return bytesOf(`${beginOf(partition)}${END}${written(sort)}${END}${key}`);
}

/** The item that a member stands for. */
export function placeOf(member: Buffer): Place {
  const text = member.toString('latin1');
  const partitionEnd = text.indexOf(END, HASH_BYTES);
  const sortEnd = text.indexOf(END, partitionEnd + END.length);
  return {
    partition: read(text.slice(HASH_BYTES, partitionEnd)),
    sort: read(text.slice(partitionEnd + END.length, sortEnd)),
    key: text.slice(sortEnd + END.length),
  };
}

/** A range of members, as `ZRANGEBYLEX` has it. */
export interface MemberRange {
  readonly min: Buffer;
  readonly max: Buffer;
}

/** What a query asks for; rejects with `OUTSIDE_SEGMENT` what begins in another segment. */
export function rangeOf({ partition, from, to, after, segment, reverse = false }: RangeQuery): MemberRange {
  const { min, max } = partition === undefined ? wholeRange(segment) : partitionRange(partition, from, to);
  if (after === undefined) return { min, max };
  if (segment) checkSegment(segment, after.partition);
  const behind = Buffer.concat([bytesOf('('), memberOf(after, after.key)]);
  if (reverse) return { min, max: less(behind, max) ? behind : max };
  return { min: less(min, behind) ? behind : min, max };
}

function partitionRange(partition: string, from: string | undefined, to: string | undefined): MemberRange {
  const begin = beginOf(partition);
  return {
    min: bytesOf(from === undefined ? `[${begin}${END}` : `[${begin}${END}${written(from)}${END}`),
    max: bytesOf(to === undefined ? `(${begin}${BEHIND_END}` : `(${begin}${END}${written(to)}${END}`),
  };
}

function wholeRange(segment: RangeQuery['segment']): MemberRange {
  const { from, to } = segment ? segmentHashes(segment) : { from: 0, to: PARTITION_HASHES };
  return { min: bytesOf(`[${hashBytes(from)}`), max: bytesOf(to === PARTITION_HASHES ? '+' : `(${hashBytes(to)}`) };
}

function checkSegment(segment: NonNullable<RangeQuery['segment']>, partition: string): void {
  const { from, to } = segmentHashes(segment);
  const hash = partitionHash(partition);
  if (hash >= from && hash < to) return;
  throw new HeadwaterError('OUTSIDE_SEGMENT', 'Reading cannot go on in a segment behind a place of another one');
}

/** Whether one bound comes before another, whatever includes them; `+` is the greatest. */
function less(a: Buffer, b: Buffer): boolean {
  if (b.length === 1) return true;
  return a.length > 1 && a.subarray(1).compare(b.subarray(1)) < 0;
}

const beginOf = (partition: string) => hashBytes(partitionHash(partition)) + written(partition);

function hashBytes(hash: number): string {
  const bytes = Buffer.alloc(HASH_BYTES);
  bytes.writeUInt32BE(hash);
  return bytes.toString('latin1');
}

const written = (text: string) => text.replace(ZERO, '\0\xff');
const read = (text: string) => text.replace(WRITTEN_ZERO, '\0');
const bytesOf = (text: string) => Buffer.from(text, 'latin1');

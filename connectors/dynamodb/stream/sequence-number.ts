/** What a sequence number tells: where a change stands in its stream. */
export interface SequenceNumber {
  /** Of its shard. */
  readonly index: number;
  readonly offset: number;
}

const FIRST_SHARD = 100_000;
const SHARD_DIGITS = 6;
const OFFSET_DIGITS = 15;

/** 21 digits that grow through a stream: its shard's and its own. */
export function sequenceNumber({ index, offset }: SequenceNumber): string {
  // A shard's first number belongs to no change, so that even an empty shard has a range.
  return `${FIRST_SHARD + index}${String(offset + 1).padStart(OFFSET_DIGITS, '0')}`;
}

/** The number that a shard starts at. */
export function startingSequenceNumber(index: number): string {
  return sequenceNumber({ index, offset: -1 });
}

/** Takes a sequence number apart; `undefined` when it is none. The offset before a shard's first is -1. */
export function parseSequenceNumber(text: string): SequenceNumber | undefined {
  if (!/^\d+$/.test(text) || text.length !== SHARD_DIGITS + OFFSET_DIGITS) return undefined;
  return { index: Number(text.slice(0, SHARD_DIGITS)) - FIRST_SHARD, offset: Number(text.slice(SHARD_DIGITS)) - 1 };
}

import type { Arn } from '../../../src/core/arn.ts';
import { asArn } from '../../../src/core/arn.ts';
import { MINUTE } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import { validationException } from '../values/refusal.ts';
import { isStreamArn } from './stream.ts';

/** Where a consumer goes on reading, as it carries it itself. */
export interface ShardIterator {
  readonly stream: Arn;
  /** Of the shard. */
  readonly index: number;
  readonly offset: number;
  readonly issuedAtMs: number;
}

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */
const LIFE_MS = 15 * MINUTE;
const SEPARATOR = '|1|';
const FIELD_BYTES = 8;
const FIELDS = 3;

/** The text of an iterator: its stream's ARN is legible, as in AWS. */
export function formatIterator({ stream, index, offset, issuedAtMs }: ShardIterator): string {
  const fields = Buffer.alloc(FIELDS * FIELD_BYTES);
  for (const [field, value] of [index, offset, issuedAtMs].entries()) fields.writeDoubleBE(value, field * FIELD_BYTES);
  return `${stream}${SEPARATOR}${fields.toString('base64')}`;
}

/** Reads an iterator; refuses one that nobody can have been given, and one that is too old. */
export function parseIterator(text: string, nowMs: number): ShardIterator {
  const [stream = '', encoded = '', ...rest] = text.split(SEPARATOR);
  const fields = Buffer.from(encoded, 'base64');
  const isWhole = rest.length === 0 && fields.length === FIELDS * FIELD_BYTES && fields.toString('base64') === encoded;
  if (!isStreamArn(stream) || !isWhole) throw validationException('Invalid ShardIterator');
  const [index, offset, issuedAtMs] = [0, 1, 2].map((field) => fields.readDoubleBE(field * FIELD_BYTES));
  if (!isCount(index) || !isCount(offset) || !isCount(issuedAtMs)) throw validationException('Invalid ShardIterator');
  if (nowMs > issuedAtMs + LIFE_MS) throw new ServiceError('ExpiredIteratorException', 'Iterator expired.');
  return { stream: asArn(stream), index, offset, issuedAtMs };
}

const isCount = (value: number | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

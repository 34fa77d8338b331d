import { hash } from 'node:crypto';
import { invalidArgument } from '../errors.ts';

/** How many hash keys there are. */
export const HASH_KEYS = 2n ** 128n;

/**
 * A hash key as 32 hexadecimal digits, so that hash keys compare as text. What a partition key hashes to is its MD5, read
 * as an unsigned number. https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
 */
export const hashOfPartitionKey = (partitionKey: string): string => hash('md5', partitionKey, 'hex');

/** A number as a hash key. */
export const hashKey = (value: bigint): string => value.toString(16).padStart(32, '0');

/** A hash key as a number. */
export const hashKeyValue = (key: string): bigint => BigInt(`0x${key}`);

/** A hash key as AWS writes it. */
export const decimalOf = (key: string): string => hashKeyValue(key).toString();

/** The hash key that a producer gave. */
export function explicitHashKey(decimal: string): string {
  const value = BigInt(decimal);
  if (value < HASH_KEYS) return hashKey(value);
  throw invalidArgument(
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${decimal}`,
  );
}

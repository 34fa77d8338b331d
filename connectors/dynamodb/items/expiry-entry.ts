import type { IndexEntry } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import type { Table } from '../table/table.ts';
import { encodeKey } from '../values/key-encoding.ts';
import { attributeOf } from './item-key.ts';

/** The index of items by the second they expire in; no index of a user's can have this name. */
export const EXPIRY = '$expiry';

/** The index has one partition: its items are swept in order. */
export const EXPIRY_PARTITION = '';

/** Where the expiry index has an item; nowhere unless its TTL attribute is a number. */
export function expiryEntry({ timeToLive }: Table, item: AttributeMap): IndexEntry | undefined {
  if (!timeToLive?.enabled) return undefined;
  const value = attributeOf(item, timeToLive.attribute);
  return value && 'N' in value ? { index: EXPIRY, partition: EXPIRY_PARTITION, sort: encodeKey(value) } : undefined;
}

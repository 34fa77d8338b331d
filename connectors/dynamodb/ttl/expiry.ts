import { DAY, SECOND } from '../../../src/core/clock.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { attributeOf } from '../items/item-key.ts';
import type { Table } from '../table/table.ts';

/** Items whose time is longer ago are left alone. */
const FORGOTTEN_AFTER_MS = 5 * 365 * DAY;
/** The last instant that a clock can show. */
const LAST_MS = 8.64e15;

/**
 * When the item expires, by its table's TTL attribute: seconds since the epoch, as a number. Nothing else expires.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
 */
export function expiresAtMs({ timeToLive }: Table, item: AttributeMap): number | undefined {
  const value = timeToLive?.enabled ? attributeOf(item, timeToLive.attribute) : undefined;
  if (value === undefined || !('N' in value)) return undefined;
  const atMs = Number(value.N) * SECOND;
  return atMs <= LAST_MS ? atMs : undefined;
}

/** The second before which items are left alone, as their attribute would have it. */
export function forgottenBefore(nowMs: number): { readonly N: string } {
  return { N: String(Math.floor((nowMs - FORGOTTEN_AFTER_MS) / SECOND)) };
}

/** Whether an item is to be deleted now. */
export function isExpired(
  table: Table,
  item: AttributeMap,
  { nowMs, lagMs }: { readonly nowMs: number; readonly lagMs: number },
): boolean {
  const atMs = expiresAtMs(table, item);
  return atMs !== undefined && nowMs >= atMs + lagMs && atMs >= nowMs - FORGOTTEN_AFTER_MS;
}

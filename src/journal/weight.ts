import type { Json } from '../core/event.ts';
import type { JournalEntry } from '../core/journal.ts';

/** Bodies beyond this are not kept: the entry says how large the body was, and its ids say where it is. */
const MAX_BODY_BYTES = 64 * 2 ** 10;
/** What an entry takes beside its texts: the object, its slot, its numbers. */
const ENTRY_BYTES = 200;
const VALUE_BYTES = 8;

/** The entry, without its detail where that is too large, and roughly what it takes in memory. */
export function withinBodyLimit(entry: JournalEntry): { readonly entry: JournalEntry; readonly bytes: number } {
  let bytes = ENTRY_BYTES + entry.what.length;
  if (entry.eventIds) for (const id of entry.eventIds) bytes += VALUE_BYTES + id.length;
  if (entry.detail === undefined) return { entry, bytes };
  const detailBytes = weigh(entry.detail);
  if (detailBytes <= MAX_BODY_BYTES) return { entry, bytes: bytes + detailBytes };
  return { entry: { ...entry, detail: { leftOut: 'larger than 64 KB', bytes: detailBytes } }, bytes };
}

function weigh(value: Json): number {
  if (typeof value === 'string') return VALUE_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return VALUE_BYTES;
  let bytes = VALUE_BYTES;
  if (Array.isArray(value)) for (const item of value) bytes += weigh(item);
  else {
    const members = value as { readonly [key: string]: Json };
    // Not Object.entries: this is on every hot path.
    for (const key in members) bytes += key.length + weigh(members[key] ?? null);
  }
  return bytes;
}

import { itemOfText, itemText } from '../../../core/dynamodb/item-text.ts';
import type { StoredItem, TableWrite } from '../../../core/ports/table-store.ts';
import { memberOf } from './index-place.ts';

const VERSION_BYTES = 8;
const NUMBER_BYTES = 4;
const HEAD_BYTES = VERSION_BYTES + 2 * NUMBER_BYTES;

/** A row as it is stored, but for its version, which the commit puts before it. */
export function rowWithoutVersion(
  key: string,
  change: NonNullable<TableWrite['change']> & { readonly item: StoredItem['item'] },
): Buffer {
  const places = Buffer.concat(
    change.entries.flatMap((entry) => [...withLength(Buffer.from(entry.index)), ...withLength(memberOf(entry, key))]),
  );
  return Buffer.concat([
    numberBytes(change.bytes),
    numberBytes(places.length),
    places,
    Buffer.from(itemText(change.item)),
  ]);
}

/** The item of a stored row. */
export function itemOfRow(row: Buffer): StoredItem {
  const placesLength = row.readUInt32BE(VERSION_BYTES + NUMBER_BYTES);
  return { version: row.readDoubleBE(0), item: itemOfText(row.toString('utf8', HEAD_BYTES + placesLength)) };
}

/** What the commit said of the item's size. */
export const bytesOfRow = (row: Buffer): number => row.readUInt32BE(VERSION_BYTES);

const withLength = (bytes: Buffer) => [numberBytes(bytes.length), bytes];

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeUInt32BE(value);
  return bytes;
}

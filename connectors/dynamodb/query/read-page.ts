import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { IndexedItem, RangeQuery } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import type { Condition } from '../expressions/condition/condition.ts';
import { holds } from '../expressions/condition/holds.ts';
import { consumedCapacity, readUnits, type Units } from '../items/consumed-capacity.ts';
import { rangeItems } from '../items/write-items.ts';
import type { DynamodbService } from '../service.ts';
import { sizeOfItem } from '../values/size.ts';
import type { ReadIndex } from './read-index.ts';
import type { Selection } from './selection.ts';
import { lastEvaluatedKey } from './start-key.ts';

/** What to read of a table or index, and how. */
export interface PageRequest {
  readonly index: ReadIndex;
  readonly range: Omit<RangeQuery, 'limit'>;
  readonly filter: Condition | undefined;
  readonly selection: Selection;
  readonly limit: number | undefined;
  readonly consistent: boolean;
  readonly returnConsumedCapacity: string | undefined;
}

/** A page as `Query` and `Scan` answer with it. */
export interface Page {
  readonly Count: number;
  readonly ScannedCount: number;
  readonly Items?: readonly AttributeMap[];
  readonly LastEvaluatedKey?: AttributeMap;
  readonly ConsumedCapacity?: ConsumedCapacity;
}

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html */
const PAGE_BYTES = 2 ** 20;
/** How many items are asked of the store at a time. */
const CHUNK = 200;

/**
 * Reads a page: items up to the limit, or until they are 1 MB, before any filter. Where it ended so, it says where, though
 * there may be nothing behind.
 */
export async function readPage(service: Pick<DynamodbService, 'tables'>, request: PageRequest): Promise<Page> {
  const { index, filter, selection } = request;
  const { items, bytes, fetchedUnits, ended } = await scanItems(service, request);
  const matching = filter ? items.filter(({ item }) => holds(filter, selection.filterable(item))) : items;
  const last = items.at(-1);
  const capacity = consumedCapacity(index.table, unitsOf(request, bytes, fetchedUnits), {
    wanted: request.returnConsumedCapacity,
    kind: 'read',
  });
  return {
    ...(capacity && { ConsumedCapacity: capacity }),
    Count: matching.length,
    ...(!selection.countOnly && { Items: matching.map(({ item }) => selection.selected(item)) }),
    ...(!ended && last && { LastEvaluatedKey: lastEvaluatedKey(index, last.item) }),
    ScannedCount: items.length,
  };
}

async function scanItems(service: Pick<DynamodbService, 'tables'>, request: PageRequest) {
  const { index, range, selection, consistent, limit = Number.POSITIVE_INFINITY } = request;
  const items: IndexedItem[] = [];
  let bytes = 0;
  let fetchedUnits = 0;
  let after = range.after;
  for (;;) {
    const wanted = Math.min(CHUNK, limit - items.length);
    const chunk = await rangeItems(service, index.table, index.name, {
      ...range,
      ...{ after, limit: wanted, maxBytes: PAGE_BYTES },
    });
    let chunkBytes = 0;
    for (const found of chunk) {
      const itemBytes = sizeOfItem(found.item);
      items.push(found);
      chunkBytes += itemBytes;
      bytes += sizeOfItem(selection.filterable(found.item));
      if (selection.fetches) fetchedUnits += readUnits(itemBytes, consistent);
      if (bytes >= PAGE_BYTES || items.length >= limit) return { items, bytes, fetchedUnits, ended: false };
    }
    if (chunk.length < wanted && chunkBytes < PAGE_BYTES) return { items, bytes, fetchedUnits, ended: true };
    after = chunk.at(-1);
  }
}

function unitsOf({ index, consistent }: PageRequest, bytes: number, fetchedUnits: number): Units {
  const units = readUnits(bytes, consistent);
  if (!index.secondary) return { table: units, indexes: new Map() };
  return { table: fetchedUnits, indexes: new Map([[index.name, units]]) };
}

import { HeadwaterError, ServiceError } from '../../../src/core/errors.ts';
import { traceIdOf } from '../../../src/core/journal.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { IndexedItem, RangeQuery, StoredItem, TableWrite } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { tableMissing } from '../errors.ts';
import { outsideSegment } from '../query/segment.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';
import { sizeOfItem } from '../values/size.ts';
import { checkIndexKeys, entriesOf } from './index-entries.ts';
import type { ItemKey } from './item-key.ts';
import { lockName } from './item-locks.ts';

/** One intended write of one item. */
export interface PlannedWrite {
  readonly table: Table;
  readonly key: ItemKey;
  /**
   * What becomes of the item as it is found: another one, or none; unchanged it is only checked. Throws AWS's refusal.
   * Called again when the item was changed meanwhile.
   */
  decide(before: AttributeMap | undefined): AttributeMap | undefined;
  /** What AWS says of an item that became too large. */
  readonly tooLarge: string;
  /** The service that writes, where no user does. */
  readonly userIdentity?: { readonly type: string; readonly principalId: string } | undefined;
}

/** What a write came to. */
export interface WrittenItem {
  readonly before: AttributeMap | undefined;
  readonly after: AttributeMap | undefined;
}

/** What some of the writes were refused for, at their places; turns it into the refusal of all. */
export type Refuse = (refusals: readonly (ServiceError | undefined)[]) => Error;

type Parts = Pick<DynamodbService, 'directory' | 'tables' | 'locks' | 'capture' | 'journal'>;

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
const ITEM_BYTES = 400 * 1024;

/** How items are written. */
export interface WriteOptions {
  readonly refuse?: Refuse | undefined;
  readonly traceHeader?: RequestContext['traceHeader'];
  /** What is written in the same commit, asked for anew with each attempt; `undefined` when nothing is to be written. */
  readonly along?: () => Promise<readonly TableWrite[] | undefined>;
}

/**
 * Writes all of the items or none of them, each as its own turn comes, and resolves once they are stored with their stream
 * records. Nothing is written when one of them is refused, or when `along` says so.
 */
export async function commitItems(
  service: Parts,
  writes: readonly PlannedWrite[],
  { refuse = firstRefusal, traceHeader, along }: WriteOptions = {},
): Promise<readonly WrittenItem[] | undefined> {
  const names = writes.map(({ table, key }) => lockName(table.arn, key.key));
  return await service.locks.during(names, async () => {
    for (;;) {
      const more = along ? await along() : [];
      if (!more) return undefined;
      const attempt = await prepare(service, writes, refuse);
      const outcome = await service.tables.commit([...attempt.commit, ...more]).catch(explain);
      if (outcome === 'conflict') continue;
      tellJournal(service, attempt.commit, traceHeader);
      return attempt.written;
    }
  });
}

/** Writes one item. */
export async function writeItem(
  service: Parts,
  write: PlannedWrite,
  { traceHeader }: Partial<Pick<RequestContext, 'traceHeader'>> = {},
): Promise<WrittenItem> {
  const [written] = (await commitItems(service, [write], { traceHeader })) ?? [];
  return written as WrittenItem;
}

async function prepare(service: Parts, writes: readonly PlannedWrite[], refuse: Refuse) {
  const found = await readItems(service, writes);
  // Read again: an index that is being added must not miss what is written meanwhile.
  const tables = await Promise.all(writes.map(async ({ table }) => await current(service, table)));
  const decided = writes.map((write, index) => decide(write, found[index]?.item));
  if (decided.some(({ refused }) => refused)) throw refuse(decided.map(({ refused }) => refused));
  const written = decided.map(({ after }, index) => ({ before: found[index]?.item, after }));
  const commit = writes.map((write, index) => {
    const { before, after } = written[index] as WrittenItem;
    const version = found[index]?.version ?? 0;
    const bytes = decided[index]?.bytes ?? 0;
    return tableWrite(service, { ...write, table: tables[index] ?? write.table }, { before, after, version, bytes });
  });
  return { written, commit };
}

async function current({ directory }: Parts, table: Table): Promise<Table> {
  const found = await directory.find(table, table.name);
  if (found?.id !== table.id) throw tableMissing();
  return found;
}

function tableWrite(
  { capture }: Parts,
  { table, key, userIdentity }: PlannedWrite,
  { before, after, version, bytes }: WrittenItem & { readonly version: number; readonly bytes: number },
): TableWrite {
  const place = { table: table.arn, key: key.key, expected: version, edition: table.edition };
  if (before === after) return place;
  return {
    ...place,
    change: { item: after, bytes, entries: after ? entriesOf(table, key, after) : [] },
    records: capture.recordsOf(table, { keys: key.attributes, before, after, userIdentity }),
  };
}

function decide(write: PlannedWrite, before: AttributeMap | undefined) {
  try {
    const after = write.decide(before);
    const bytes = after && after !== before ? checkWritten(write.table, after, write.tooLarge) : 0;
    return { after, bytes, refused: undefined };
  } catch (error) {
    if (error instanceof ServiceError) return { after: undefined, bytes: 0, refused: error };
    throw error;
  }
}

/** Refuses an item that its table cannot hold, whatever it holds; returns its bytes. */
export function checkWritten(table: Table, item: AttributeMap, tooLarge: string): number {
  checkIndexKeys(table, item);
  return checkItemSize(item, tooLarge);
}

/** Refuses an item that no table can hold; returns its bytes. */
export function checkItemSize(item: AttributeMap, tooLarge: string): number {
  const bytes = sizeOfItem(item);
  if (bytes > ITEM_BYTES) throw validationException(tooLarge);
  return bytes;
}

/** The items as they are, at the places of what asks for them. */
export async function readItems(
  { tables }: Pick<DynamodbService, 'tables'>,
  wanted: readonly Pick<PlannedWrite, 'table' | 'key'>[],
): Promise<readonly (StoredItem | undefined)[]> {
  const found = wanted.map(async ({ table, key }) => (await tables.read(table.arn, [key.key]))[0]);
  return await Promise.all(found).catch(explain);
}

/** Items of a table or index, in its order. */
export async function rangeItems(
  { tables }: Pick<DynamodbService, 'tables'>,
  { arn }: Table,
  index: string,
  query: RangeQuery,
): Promise<readonly IndexedItem[]> {
  return await tables.range(arn, index, query).catch((error: unknown) => {
    if (query.segment && isError(error, 'OUTSIDE_SEGMENT')) throw outsideSegment(query.segment);
    return explain(error);
  });
}

const firstRefusal: Refuse = (refusals) => refusals.find((refusal) => refusal !== undefined) as ServiceError;

/** The table was deleted while the request was on its way. */
function explain(error: unknown): never {
  throw isError(error, 'TABLE_MISSING') ? tableMissing() : error;
}

const isError = (error: unknown, code: string) => error instanceof HeadwaterError && error.code === code;

function tellJournal({ journal }: Parts, writes: readonly TableWrite[], traceHeader: string | undefined): void {
  for (const { stream, entry } of writes.flatMap(({ records }) => records ?? [])) {
    journal.append({
      kind: 'event',
      what: `DynamoDB ${entry.name} in ${stream.split('/')[1]}`,
      eventIds: [entry.change.eventId],
      arn: stream,
      traceId: traceIdOf(traceHeader),
    });
  }
}

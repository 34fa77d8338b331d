import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { type Condition, pathsOf } from '../expressions/condition/condition.ts';
import { queryRange } from '../query/query-range.ts';
import { placeNames, type ReadIndex, readIndex } from '../query/read-index.ts';
import { type Page, readPage } from '../query/read-page.ts';
import { checkReadPaths } from '../query/read-paths.ts';
import { selectionOf } from '../query/selection.ts';
import { startPlace } from '../query/start-key.ts';
import type { DynamodbService } from '../service.ts';
import { indexesOf, keyNames, type Table } from '../table/table.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import { selectColumns } from './columns.ts';
import type { PageStart } from './next-token.ts';
import type { SelectStatement } from './statement.ts';
import { sumCapacities } from './sum-capacities.ts';
import { keyedRead } from './where-key.ts';

/** How a page of a `SELECT` is read. */
export interface SelectRequest {
  readonly start: PageStart;
  readonly limit: number | undefined;
  readonly consistent: boolean;
  readonly returnConsumedCapacity: string | undefined;
}

/** A page of a `SELECT`. */
export interface SelectPage {
  readonly items: readonly AttributeMap[];
  /** Absent when there is no more. */
  readonly next: PageStart | undefined;
  readonly capacity: ConsumedCapacity | undefined;
}

/**
 * Reads a page: of the partitions that the `WHERE` names, one after another, or of everything.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
 */
export async function readSelect(
  service: DynamodbService,
  table: Table,
  statement: SelectStatement,
  request: SelectRequest,
): Promise<SelectPage> {
  const index = indexOf(service, table, statement, request.consistent);
  const { ranges, filter } = keyedRead(statement.where, index.key);
  checkReadPaths(index, { filter: statement.where, projection: statement.columns });
  if (ranges) refuseUnprojectedFilter(index, filter);
  const reverse = isReverse(statement, index, ranges !== undefined);
  const held = selectionOf(index, undefined, statement.columns);
  const selected = (item: AttributeMap) => selectColumns(statement.columns, held.filterable(item));
  const selection = { ...held, selected };
  const pages: Page[] = [];
  let { range, after } = request.start;
  const { limit = Number.POSITIVE_INFINITY } = request;
  for (; range < (ranges?.length ?? 1); range++) {
    const condition = ranges?.[range];
    const remaining = limit - pages.reduce((sum, { ScannedCount }) => sum + ScannedCount, 0);
    if (remaining <= 0) break;
    const page = await readPage(service, {
      ...{ index, filter, selection, consistent: request.consistent },
      range: condition
        ? queryRange(index, condition, { start: after, reverse })
        : { after: after && startPlace(index, after), reverse },
      limit: Number.isFinite(remaining) ? remaining : undefined,
      returnConsumedCapacity: request.returnConsumedCapacity,
    });
    pages.push(page);
    after = page.LastEvaluatedKey;
    if (after) break;
  }
  return {
    items: pages.flatMap(({ Items }) => Items ?? []),
    next: range < (ranges?.length ?? 1) ? { range, after } : undefined,
    capacity: sumCapacities(pages.flatMap(({ ConsumedCapacity }) => ConsumedCapacity ?? [])),
  };
}

/** The same conditions as of `Query`, in other words. */
function indexOf(
  { clock }: DynamodbService,
  table: Table,
  { index: name }: SelectStatement,
  consistent: boolean,
): ReadIndex {
  if (name !== undefined && !indexesOf(table).some((index) => index.name === name)) {
    throw validationException('The table does not have the specified index');
  }
  if (consistent && table.globalIndexes.some((index) => index.name === name)) {
    throw validationException('Strongly consistent read is not supported on Global Secondary Indexes');
  }
  return readIndex(table, { IndexName: name }, clock);
}

/** A filter beside a key must be answered by the index; one that scans finds nothing instead. */
function refuseUnprojectedFilter(index: ReadIndex, filter: Condition | undefined): void {
  const held = index.secondary?.projection;
  if (!filter || !held || held.type === 'ALL') return;
  const names = new Set([...placeNames(index), ...(held.type === 'INCLUDE' ? held.attributes : [])]);
  const missing = new Set(pathsOf(filter).flatMap(([name]) => (names.has(name) ? [] : [name])));
  if (missing.size === 0) return;
  throw invalidParameters(
    `Secondary index ${index.name} does not project one or more filter attributes: [${[...missing].join(', ')}]`,
  );
}

/** `ORDER BY` can only ask for the order that the index has, or for its reverse. */
function isReverse({ order, where }: SelectStatement, index: ReadIndex, keyed: boolean): boolean {
  if (order.length === 0) return false;
  if (!where) throw validationException('Must have WHERE clause in the statement when using ORDER BY clause.');
  if (!keyed) {
    throw validationException(
      'Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.',
    );
  }
  const names = keyNames(index.key);
  const other = order.find(({ name }) => !names.includes(name));
  if (other) {
    throw validationException(`Variable reference ${other.name} in ORDER BY clause must be part of the primary key`);
  }
  const { name: sortKey } = index.key.range ?? index.key.hash;
  return order.find(({ name }) => name === sortKey)?.descending ?? false;
}

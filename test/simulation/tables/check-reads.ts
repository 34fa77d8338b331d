import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { call } from '../engine/life.ts';
import { fromAttributes, numberOf } from './attributes.ts';
import type { Life } from './life.ts';
import { type Model, type ModelItem, textOf } from './model.ts';
import type { PlannedQuery } from './plan.ts';
import { TableName } from './request-input.ts';

interface Page {
  readonly Items: readonly AttributeMap[];
  readonly LastEvaluatedKey?: AttributeMap;
}

/** The whole table. */
export async function scan(life: Life): Promise<readonly ModelItem[]> {
  const { Items } = await call<Page>(life.api, 'Scan', { TableName, ConsistentRead: true });
  return Items.map(fromAttributes);
}

/** Runs the query page by page; says what is wrong with what came, if anything is. */
export async function checkQuery(life: Life, model: Model, query: PlannedQuery): Promise<string | undefined> {
  const [hash, sort] = query.index ? (['v', 'c'] as const) : (['p', 's'] as const);
  const values = {
    ':hash': { S: query.hash },
    ...(query.from === undefined ? {} : { ':from': numberOf(query.from) }),
    ...(query.to === undefined ? {} : { ':to': numberOf(query.to) }),
  };
  const input = {
    TableName,
    ...(query.index ? { IndexName: 'by-v' } : {}),
    KeyConditionExpression: `${hash} = :hash${boundsOf(query, sort)}`,
    ExpressionAttributeValues: values,
    ScanIndexForward: !query.reverse,
    Limit: query.pageSize,
  };
  const found = await pages(life, input);
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
  const expected = [...model.values()].filter((item) => {
    const place = item[sort];
    return item[hash] === query.hash && place !== undefined && place >= from && place <= to;
  });
  const [got, wanted] = [found, expected].map((items) => items.map(textOf).sort().join('\n'));
  if (got !== wanted) return `found\n${got}\ninstead of\n${wanted}`;
  const sorts = found.map((item) => item[sort] ?? 0);
  const ordered = [...sorts].sort((a, b) => (query.reverse ? b - a : a - b));
  return sorts.join() === ordered.join() ? undefined : `came in the order ${sorts.join(' ')}`;
}

function boundsOf({ from, to }: PlannedQuery, sort: string): string {
  if (from !== undefined && to !== undefined) return ` AND ${sort} BETWEEN :from AND :to`;
  if (from !== undefined) return ` AND ${sort} >= :from`;
  return to === undefined ? '' : ` AND ${sort} <= :to`;
}

async function pages(life: Life, input: object): Promise<readonly ModelItem[]> {
  const found: ModelItem[] = [];
  for (let start: AttributeMap | undefined, page = 0; page === 0 || start !== undefined; page++) {
    const more = start === undefined ? {} : { ExclusiveStartKey: start };
    const { Items, LastEvaluatedKey } = await call<Page>(life.api, 'Query', { ...input, ...more });
    found.push(...Items.map(fromAttributes));
    start = LastEvaluatedKey;
  }
  return found;
}

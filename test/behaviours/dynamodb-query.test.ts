// Queries and scans read tables and their indexes in order, in pages of up to 1 MB.
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html, …/Scan.html
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runSeed } from '../support/seed.ts';
import { type Answer, expectRefusal, keyed, startDynamodb } from './dynamodb-fixture.ts';

/** A log of texts by id and time, with a local index by level and a global one by author and time. */
const LOG = keyed('SN', {
  AttributeDefinitions: [
    { AttributeName: 'id', AttributeType: 'S' },
    { AttributeName: 'nr', AttributeType: 'N' },
    { AttributeName: 'level', AttributeType: 'S' },
    { AttributeName: 'author', AttributeType: 'S' },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'by-level',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'level', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-author',
      KeySchema: [
        { AttributeName: 'author', KeyType: 'HASH' },
        { AttributeName: 'nr', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['level'] },
    },
  ],
});

const entry = (id: string, at: number, more: Record<string, string> = {}) => ({
  id: { S: id },
  nr: { N: String(at) },
  ...Object.fromEntries(Object.entries(more).map(([name, text]) => [name, { S: text }])),
});

async function startLog(...entries: readonly object[]) {
  const started = await startDynamodb().table('log', LOG);
  for (const each of entries) await started.put(each);
  return started;
}

/** A query by id, and by what else is said of the sort key. */
const of = (id: string, sort = '', values: Record<string, object> = {}) => ({
  KeyConditionExpression: `id = :id${sort && ` AND ${sort}`}`,
  ExpressionAttributeValues: { ':id': { S: id }, ...values },
});
const times = ({ Items }: Answer): readonly number[] => Items.map(({ nr }: Answer) => Number(nr.N));
const number = (value: number) => ({ N: String(value) });

describe('a query', () => {
  test('returns the items of one partition in the order of their sort keys', async () => {
    const { query } = await startLog(...[10, -2, 9, 0.5, -10].map((at) => entry('a', at)), entry('b', 1));
    const answer = await query(of('a'));
    expect(times(answer)).toEqual([-10, -2, 0.5, 9, 10]);
    expect(answer).toMatchObject({ Count: 5, ScannedCount: 5 });
    expect(answer).not.toHaveProperty('LastEvaluatedKey');
    expect(times(await query({ ...of('a'), ScanIndexForward: false }))).toEqual([10, 9, 0.5, -2, -10]);
    expect(await query(of('c'))).toEqual({ Count: 0, Items: [], ScannedCount: 0 });
  });

  const conditions: readonly (readonly [string, readonly number[]])[] = [
    ['nr = :x', [2]],
    ['nr < :x', [1]],
    ['nr <= :x', [1, 2]],
    ['nr > :x', [3, 4]],
    ['nr >= :x', [2, 3, 4]],
    ['nr BETWEEN :x AND :y', [2, 3]],
  ];
  test.each(conditions)('narrows the sort key by %s', async (condition, expected) => {
    const { query } = await startLog(...[1, 2, 3, 4].map((at) => entry('a', at)));
    const values = { ':x': number(2), ...(condition.includes(':y') && { ':y': number(3) }) };
    expect(times(await query(of('a', condition, values)))).toEqual(expected);
    const back = await query({ ...of('a', condition, values), ScanIndexForward: false });
    expect(times(back)).toEqual([...expected].reverse());
  });

  test('finds sort keys by how they begin', async () => {
    const { put, query } = await startDynamodb().table('texts', keyed('SS'));
    const texts = ['a', 'ab', 'abc', 'abé', 'ac', 'b'];
    for (const text of texts) await put({ id: { S: 'x' }, nr: { S: text } });
    const answer = await query(of('x', 'begins_with(nr, :p)', { ':p': { S: 'ab' } }));
    expect(answer.Items.map(({ nr }: Answer) => nr.S)).toEqual(['ab', 'abc', 'abé']);
  });

  test('counts what it read before the filter, and what it found behind it', async () => {
    const { query } = await startLog(entry('a', 1, { level: 'info' }), entry('a', 2), entry('a', 3, { level: 'info' }));
    const answer = await query({
      ...of('a', '', { ':l': { S: 'info' } }),
      FilterExpression: '#l = :l',
      ExpressionAttributeNames: { '#l': 'level' },
    });
    expect(answer).toMatchObject({ Count: 2, ScannedCount: 3 });
    expect(times(answer)).toEqual([1, 3]);
    expect(await query({ ...of('a'), Select: 'COUNT' })).toEqual({ Count: 3, ScannedCount: 3 });
  });

  test('stops at its limit, and says where, though there may be nothing behind', async () => {
    const { query } = await startLog(...[1, 2, 3].map((at) => entry('a', at)));
    const first = await query({ ...of('a'), Limit: 2 });
    expect(first.LastEvaluatedKey).toEqual(entry('a', 2));
    const rest = await query({ ...of('a'), Limit: 1, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(times(rest)).toEqual([3]);
    expect(rest.LastEvaluatedKey).toEqual(entry('a', 3));
    const none = await query({ ...of('a'), Limit: 1, ExclusiveStartKey: rest.LastEvaluatedKey });
    expect(none).toEqual({ Count: 0, Items: [], ScannedCount: 0 });
  });

  test('returns 1 MB at a time, counted before the filter and the projection', async () => {
    const { put, query } = await startLog();
    for (let at = 0; at < 12; at += 1) await put(entry('a', at, { text: 'x'.repeat(100_000) }));
    const first = await query({ ...of('a'), ProjectionExpression: 'id' });
    expect(first).toMatchObject({ Count: 11, LastEvaluatedKey: entry('a', 10) });
    expect(first.Items[0]).toEqual({ id: { S: 'a' } });
    const second = await query({ ...of('a'), ExclusiveStartKey: first.LastEvaluatedKey });
    expect(times(second)).toEqual([11]);
    expect(second).not.toHaveProperty('LastEvaluatedKey');
  });

  test('goes on where the last page ended, in both directions, though that item is gone', async () => {
    const { query, remove } = await startLog(...[1, 2, 3, 4].map((at) => entry('a', at)));
    await remove(entry('a', 2));
    expect(times(await query({ ...of('a'), ExclusiveStartKey: entry('a', 2) }))).toEqual([3, 4]);
    const back = { ...of('a'), ExclusiveStartKey: entry('a', 2), ScanIndexForward: false };
    expect(times(await query(back))).toEqual([1]);
  });
});

describe('a query of an index', () => {
  const ENTRIES = [
    entry('a', 1, { level: 'warn', author: 'x', text: 'one' }),
    entry('a', 2, { level: 'info', author: 'x', text: 'two' }),
    entry('a', 3, { author: 'x' }),
    entry('b', 2, { level: 'info', author: 'x' }),
    entry('b', 9, { level: 'info', author: 'y' }),
  ];
  const byAuthor = {
    IndexName: 'by-author',
    KeyConditionExpression: 'author = :x',
    ExpressionAttributeValues: { ':x': { S: 'x' } },
  };

  test('sees only items with all of its keys, in its order', async () => {
    const { query } = await startLog(...ENTRIES);
    const local = await query({ ...of('a'), IndexName: 'by-level' });
    expect(local.Items).toEqual([entry('a', 2, { level: 'info' }), entry('a', 1, { level: 'warn' })]);
    expect(times(await query(byAuthor))).toEqual([1, 2, 2, 3]);
  });

  test('returns what the index holds; a local one fetches the rest', async () => {
    const { query } = await startLog(...ENTRIES);
    expect((await query({ ...byAuthor, Limit: 1 })).Items).toEqual([entry('a', 1, { level: 'warn', author: 'x' })]);
    const local = { ...of('a'), IndexName: 'by-level', ReturnConsumedCapacity: 'INDEXES' };
    expect(await query({ ...local, Select: 'ALL_ATTRIBUTES' })).toMatchObject({
      Items: [ENTRIES[1], ENTRIES[0]],
      ConsumedCapacity: {
        CapacityUnits: 1.5,
        Table: { CapacityUnits: 1 },
        LocalSecondaryIndexes: { 'by-level': { CapacityUnits: 0.5 } },
      },
    });
    const text = { ProjectionExpression: '#t', ExpressionAttributeNames: { '#t': 'text' } };
    expect((await query({ ...local, ...text })).Items).toEqual([{ text: { S: 'two' } }, { text: { S: 'one' } }]);
    await expectRefusal(
      query({ ...byAuthor, ...text }),
      'ValidationException',
      'One or more parameter values were invalid: Global secondary index by-author does not project [text]',
    );
    await expectRefusal(
      query({ ...byAuthor, Select: 'ALL_ATTRIBUTES' }),
      'ValidationException',
      'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index by-author because its projection type is not ALL',
    );
  });

  test('goes on behind a place that names the keys of both', async () => {
    const { query } = await startLog(...ENTRIES);
    const first = await query({ ...byAuthor, Limit: 2 });
    const { text: _text, level: _level, ...place } = first.Items[1];
    expect(first.LastEvaluatedKey).toEqual(place);
    const rest = await query({ ...byAuthor, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...times(first), ...times(rest)]).toEqual([1, 2, 2, 3]);
  });
});

describe('a query is refused', () => {
  const refused: readonly (readonly [what: string, input: object, message: string])[] = [
    [
      'without a condition',
      {},
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    ],
    [
      'of an index that is not there',
      { ...of('a'), IndexName: 'none' },
      'The table does not have the specified index: none',
    ],
    [
      'that wants a global index consistent',
      { ...of('a'), IndexName: 'by-author', ConsistentRead: true },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      'that lacks the partition key',
      { KeyConditionExpression: 'nr = :x', ExpressionAttributeValues: { ':x': number(1) } },
      'Query condition missed key schema element: id',
    ],
    [
      'with a key of another type',
      of('a', 'nr = :x', { ':x': { S: '1' } }),
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
    ],
    [
      'that filters by a key',
      { ...of('a', '', { ':x': number(1) }), FilterExpression: 'nr = :x' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: nr',
    ],
    [
      'that begins at no key',
      { ...of('a'), ExclusiveStartKey: { id: { S: 'a' } } },
      'The provided starting key is invalid: The provided key element does not match the schema',
    ],
    [
      'that begins in another partition',
      { ...of('a'), ExclusiveStartKey: entry('b', 1) },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      'that begins outside its range',
      { ...of('a', 'nr > :x', { ':x': number(5) }), ExclusiveStartKey: entry('a', 1) },
      'The provided starting key does not match the range key predicate',
    ],
    [
      'that counts and projects',
      { ...of('a'), Select: 'COUNT', ProjectionExpression: 'id' },
      '1 validation error detected: Cannot specify the ProjectionExpression when choosing to get only the Count',
    ],
  ];
  test.each(refused)('%s', async (_what, input, message) => {
    const { query } = await startLog();
    await expectRefusal(query(input), 'ValidationException', message);
  });
});

describe('a scan', () => {
  test('reads all items once, in pages, in segments side by side', async () => {
    const { put, scan } = await startDynamodb().table('people');
    const ids = Array.from({ length: 100 }, (_, at) => `p${at}`);
    for (const id of ids) await put({ id: { S: id } });
    const read = async (more: object) => {
      const found: string[] = [];
      let ExclusiveStartKey: Answer;
      do {
        const page = await scan({ ...more, Limit: 7, ExclusiveStartKey });
        found.push(...page.Items.map(({ id }: Answer) => id.S));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return found;
    };
    expect((await read({})).sort()).toEqual([...ids].sort());
    const segments = await Promise.all([0, 1, 2].map((Segment) => read({ Segment, TotalSegments: 3 })));
    expect(segments.flat().sort()).toEqual([...ids].sort());
  });

  test('reads an index, and what its filter lets through', async () => {
    const { scan } = await startLog(
      entry('a', 1, { author: 'x', level: 'info' }),
      entry('b', 2, { author: 'y' }),
      entry('c', 3),
    );
    expect((await scan({ IndexName: 'by-author' })).Count).toBe(2);
    const filtered = await scan({
      FilterExpression: 'attribute_exists(author) AND id <> :a',
      ExpressionAttributeValues: { ':a': { S: 'a' } },
    });
    expect(filtered).toMatchObject({ Items: [entry('b', 2, { author: 'y' })], Count: 1, ScannedCount: 3 });
  });

  test('does not go on in one segment from where another one ended', async () => {
    const { put, scan } = await startDynamodb().table('people');
    for (let at = 0; at < 20; at += 1) await put({ id: { S: `p${at}` } });
    const { LastEvaluatedKey } = await scan({ Segment: 0, TotalSegments: 2, Limit: 1 });
    await expectRefusal(
      scan({ Segment: 1, TotalSegments: 2, ExclusiveStartKey: LastEvaluatedKey }),
      'ValidationException',
      'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 1',
    );
  });

  test('is refused with half of what segments need', async () => {
    const { scan } = await startLog();
    await expectRefusal(
      scan({ Segment: 1 }),
      'ValidationException',
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
    await expectRefusal(
      scan({ Segment: 2, TotalSegments: 2 }),
      'ValidationException',
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2',
    );
  });
});

test('pages of any size, together, are what a sorted list of the items would be', async () => {
  const item = fc.record({
    id: fc.constantFrom('a', 'b'),
    at: fc.integer({ min: -20, max: 20 }),
    level: fc.constantFrom('x', 'y', ''),
  });
  const bounds = fc.tuple(fc.integer({ min: -22, max: 22 }), fc.integer({ min: -22, max: 22 }));
  const { table } = startDynamodb();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 40 }),
      bounds,
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (items, [low, high], Limit, forward) => {
        const { put, query } = await table(`log-${++runs}`, LOG);
        const model = new Map<string, (typeof items)[number]>();
        for (const each of items) {
          await put(entry(each.id, each.at, each.level ? { level: each.level } : {}));
          model.set(`${each.id} ${each.at}`, each);
        }
        const expected = [...model.values()]
          .filter(
            ({ id, at, level }) =>
              id === 'a' && at >= Math.min(low, high) && at <= Math.max(low, high) && level === 'x',
          )
          .map(({ at }) => at)
          .sort((a, b) => (forward ? a - b : b - a));
        const found: number[] = [];
        let ExclusiveStartKey: Answer;
        do {
          const page = await query({
            ...of('a', 'nr BETWEEN :low AND :high', {
              ':low': number(Math.min(low, high)),
              ':high': number(Math.max(low, high)),
              ':l': { S: 'x' },
            }),
            FilterExpression: '#l = :l',
            ExpressionAttributeNames: { '#l': 'level' },
            ScanIndexForward: forward,
            ...{ Limit, ExclusiveStartKey },
          });
          found.push(...times(page));
          ExclusiveStartKey = page.LastEvaluatedKey;
        } while (ExclusiveStartKey);
        expect(found).toEqual(expected);
      },
    ),
    { seed: runSeed('queries'), numRuns: 40 },
  );
});

// PartiQL: statements, one by one, in batches and in transactions.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
import { describe, expect, test } from 'vitest';
import { type Answer, expectRefusal, startDynamodb } from './dynamodb-fixture.ts';

const INVALID = 'ValidationException';
const MALFORMED = "Statement wasn't well formed, can't be processed: ";

/** A table `tab` with the key `id`, and one `orders` with the keys `id` and `at`, both served by statements. */
async function setUp() {
  const started = startDynamodb();
  const people = await started.table('tab');
  const orders = await started.table('orders', {
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
      { AttributeName: 'town', AttributeType: 'S' },
      { AttributeName: 'rank', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-town',
        KeySchema: [{ AttributeName: 'town', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['held'] },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-rank',
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'rank', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  const run = (Statement: string, Parameters?: readonly object[], more: object = {}): Promise<Answer> =>
    started.call('ExecuteStatement', { Statement, Parameters, ...more });
  const items = async (statement: string, parameters?: readonly object[], more?: object) =>
    (await run(statement, parameters, more)).Items;
  const batch = async (...statements: readonly string[]) =>
    (await started.call('BatchExecuteStatement', { Statements: statements.map((Statement) => ({ Statement })) }))
      .Responses;
  const transact = (statements: readonly string[], more: object = {}) =>
    started.call('ExecuteTransaction', {
      TransactStatements: statements.map((Statement) => ({ Statement })),
      ...more,
    });
  return { ...started, people, orders, run, items, batch, transact };
}

const at = (n: number, more: object = {}) => ({ id: { S: 'a' }, at: { N: String(n) }, ...more });

describe('INSERT', () => {
  test('puts an item of literals and parameters', async () => {
    const { run, people } = await setUp();
    const answer = await run(
      `INSERT INTO "tab" VALUE {'id': 'x', 'n': -1.50, 'e': 7e2, 'b': true, 'nil': null, 'l': [1, 'two', {'k': ?}],
         'ss': <<'a', 'b'>>, 'ns': <<1, 2>>, 'quote': 'it''s', 'p': ?}`,
      [{ S: 'deep' }, { B: Buffer.from('bytes') }],
    );
    expect(answer).toEqual({ Items: [] });
    expect(await people.get({ id: { S: 'x' } })).toEqual({
      id: { S: 'x' },
      n: { N: '-1.5' },
      e: { N: '700' },
      b: { BOOL: true },
      nil: { NULL: true },
      l: { L: [{ N: '1' }, { S: 'two' }, { M: { k: { S: 'deep' } } }] },
      ss: { SS: ['a', 'b'] },
      ns: { NS: ['1', '2'] },
      quote: { S: "it's" },
      p: { B: Buffer.from('bytes') },
    });
  });

  test('does not replace what is there', async () => {
    const { run, people } = await setUp();
    await run("INSERT INTO tab VALUE {'id': 'x', 'n': 1}");
    const again = run("INSERT INTO tab VALUE {'id': 'x', 'n': 2}");
    await expectRefusal(again, 'DuplicateItemException', 'Duplicate primary key exists in table');
    expect(await people.get({ id: { S: 'x' } })).toEqual({ id: { S: 'x' }, n: { N: '1' } });
  });
});

describe('SELECT', () => {
  async function filled() {
    const started = await setUp();
    await started.people.put({
      id: { S: 'x' },
      n: { N: '5' },
      m: { M: { deep: { S: 'd' } } },
      l: { L: [{ S: 'l0' }] },
    });
    await started.people.put({ id: { S: 'y' }, n: { N: '6' }, nil: { NULL: true }, name: { S: 'Yves' } });
    for (const n of [1, 2, 3]) {
      const more = {
        held: { S: `h${n}` },
        other: { S: 'o' },
        town: { S: n === 3 ? 'Ems' : 'Oz' },
        rank: { N: String(-n) },
      };
      await started.orders.put(at(n, more));
    }
    return started;
  }
  const ids = (found: Answer) => found.map((item: Answer) => item.id.S).sort();
  const places = (found: Answer) => found.map((item: Answer) => Number(item.at.N));

  test.each<readonly [string, readonly string[]]>([
    ["id = 'x'", ['x']],
    ["id IN ['x', 'y', 'z']", ['x', 'y']],
    ["id IN ('y')", ['y']],
    ["id = 'x' OR id = 'y'", ['x', 'y']],
    ['n > 5', ['y']],
    ['n >= 5 AND NOT n = 6', ['x']],
    ['n BETWEEN 6 AND 7', ['y']],
    ['n <> 5', ['y']],
    ['n != 5', ['y']],
    ['name IS MISSING', ['x']],
    ['name IS NOT MISSING', ['y']],
    ['nil IS NULL', ['y']],
    ["begins_with(name, 'Y')", ['y']],
    ["contains(\"name\", 'ves') AND attribute_type(n, 'N')", ['y']],
    ["m.deep = 'd' AND l[0] = 'l0'", ['x']],
    ['size(name) > 3', ['y']],
    ["attribute_exists(m['deep'])", ['x']],
    ["(n = 5 OR n = 6) AND (id = 'y')", ['y']],
  ])('* WHERE %s', async (where, expected) => {
    const { items } = await filled();
    expect(ids(await items(`SELECT * FROM tab WHERE ${where}`))).toEqual(expected);
  });

  test('returns columns alone, by the last step of their paths', async () => {
    const { items } = await filled();
    expect(await items('SELECT n, m.deep, l[0], nowhere FROM "tab" WHERE id = ?', [{ S: 'x' }])).toEqual([
      { n: { N: '5' }, deep: { S: 'd' }, 'l[0]': { S: 'l0' } },
    ]);
  });

  test('reads a part of a partition, in the order asked for', async () => {
    const { items } = await filled();
    expect(places(await items("SELECT * FROM orders WHERE id = 'a' AND at > 1"))).toEqual([2, 3]);
    expect(places(await items("SELECT * FROM orders WHERE id = 'a' AND 2 >= at"))).toEqual([1, 2]);
    expect(places(await items("SELECT * FROM orders WHERE id = 'a' ORDER BY at DESC"))).toEqual([3, 2, 1]);
    expect(places(await items("SELECT * FROM orders WHERE id = 'a' AND at BETWEEN 2 AND 3 AND held = 'h3'"))).toEqual([
      3,
    ]);
  });

  test('goes on where a page ended, only with its own statement', async () => {
    const { run } = await filled();
    const statement = "SELECT at FROM orders WHERE id IN ['a', 'b'] AND other = 'o'";
    const first = await run(statement, undefined, { Limit: 2 });
    expect(first.Items).toEqual([{ at: { N: '1' } }, { at: { N: '2' } }]);
    expect(first.LastEvaluatedKey).toEqual(at(2));
    const second = await run(statement, undefined, { NextToken: first.NextToken });
    expect(second).toEqual({ Items: [{ at: { N: '3' } }] });
    const foreign = run('SELECT * FROM orders', undefined, { NextToken: first.NextToken });
    await expectRefusal(foreign, INVALID, 'Given NextToken is invalid');
  });

  test('of an index returns what the index has', async () => {
    const { items, run } = await filled();
    const held = await items('SELECT * FROM "orders"."by-town" WHERE town = \'Ems\'');
    expect(held).toEqual([at(3, { town: { S: 'Ems' }, held: { S: 'h3' } })]);
    expect(await items('SELECT other FROM "orders"."by-rank" WHERE id = \'a\' AND rank < -2')).toEqual([
      { other: { S: 'o' } },
    ]);
    const rows = await items('SELECT * FROM "orders"."by-town" WHERE NOT other = \'o\'');
    expect(places(rows).sort()).toEqual([1, 2, 3]);
    await expectRefusal(
      run('SELECT other, at, more FROM "orders"."by-town" WHERE town = \'Ems\''),
      INVALID,
      'One or more parameter values were invalid: Global secondary index by-town does not project [other, more]',
    );
    await expectRefusal(
      run('SELECT at FROM "orders"."by-town" WHERE town = \'Ems\' AND other = \'o\''),
      INVALID,
      'One or more parameter values were invalid: Secondary index by-town does not project one or more filter attributes: [other]',
    );
  });

  test('tells what it used', async () => {
    const { run } = await filled();
    const { ConsumedCapacity } = await run("SELECT * FROM tab WHERE id = 'x'", [], { ReturnConsumedCapacity: 'TOTAL' });
    expect(ConsumedCapacity).toEqual({ TableName: 'tab', CapacityUnits: 0.5 });
  });

  test.each([
    ['SELECT * FROM "orders"."none" WHERE id = \'a\'', 'The table does not have the specified index'],
    ['SELECT * FROM "orders"."by-town"."more"', 'A path may contain at most 2 components in the FROM clause'],
    ['SELECT * FROM ""', 'Path component cannot be an empty string'],
    ["SELECT * FROM tab x WHERE id = 'x'", 'Aliasing is not supported'],
    ["SELECT * FROM tab AS x WHERE id = 'x'", 'Aliasing is not supported'],
    ['SELECT size(n) FROM tab', 'Unexpected path component at 1:8:4'],
    ["SELECT * FROM tab WHERE id = 'x' AND EXISTS(n)", 'Unrecognized function: exists at 1:38:6'],
    [
      'SELECT * FROM tab WHERE n < true',
      'Incorrect operand type for operator or function; operator or function: <, operand type: BOOL',
    ],
    [
      'SELECT * FROM tab WHERE attribute_exists()',
      'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 0',
    ],
    [
      "SELECT * FROM tab WHERE attribute_exists('n')",
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    ['SELECT * FROM tab WHERE id = ?', "Number of parameters in request and statement don't match."],
    ['SELECT * FROM tab ORDER BY id', 'Must have WHERE clause in the statement when using ORDER BY clause.'],
  ])('%s is refused', async (statement, message) => {
    const { run } = await setUp();
    await expectRefusal(run(statement), INVALID, message);
  });

  test('is not consistent through a global index', async () => {
    const { run } = await setUp();
    const message = 'Strongly consistent read is not supported on Global Secondary Indexes';
    const consistent = run('SELECT * FROM "orders"."by-town"', undefined, { ConsistentRead: true });
    await expectRefusal(consistent, INVALID, message);
  });

  test('of a table that is not there is refused', async () => {
    const { run } = await setUp();
    await expectRefusal(run("SELECT * FROM nowhere WHERE id = 'x'"), 'ResourceNotFoundException');
  });
});

describe('a statement that cannot be read', () => {
  test.each([
    ['SELECTT * FROM tab', 'Expected data manipulation'],
    ["SELECT * FROM tab WHERE id = 'x' foo", 'Unexpected token after expression'],
    ["SELECT * FROM tab WHERE id = 'x')", 'Unexpected token after expression'],
    ['SELECT * FROM tab WHERE n = 1 e5', 'Unexpected token after expression'],
    ["SELECT * FROM tab ORDER BY id WHERE id = 'x'", 'Unexpected token after expression'],
    ["INSERT INTO tab VALUE {'id': 'x'} foo", 'Unexpected token after expression'],
    ["INSERT INTO tab x VALUE {'id': 'x'}", 'Unexpected token after expression'],
    ["DELETE FROM tab WHERE id = 'x' ORDER BY id", 'Unexpected token after expression'],
    ['SELECT * FROM tab WHERE n = 1e2147483648', ''],
    ['SELECT * FROM tab WHERE n = 1.5e-2147483647', ''],
    ['SELECT * FROM tab WHERE n = 1 # note', ''],
    ['SELECT * FROM tab WHERE n = 1 /* note', ''],
    ['SELECT * FROM "tab', ''],
    ['SELECT * FROM tab WHERE attribute_exists(m.inner)', 'Invalid path dot component'],
  ])('%s', async (statement, detail) => {
    const { run } = await setUp();
    await expectRefusal(run(statement), INVALID, `${MALFORMED}${detail}`);
  });

  test.each([
    [
      "INSERT INTO tab VALUE {'id': 'x', 'n': 1e126}",
      'Number overflow. Attempting to store a number with magnitude larger than supported range under root',
    ],
    [
      "INSERT INTO tab VALUE {'id': 'x', 'm': {'k': 1e126}}",
      'Number overflow. Attempting to store a number with magnitude larger than supported range under root.k',
    ],
    [
      "UPDATE tab SET n = [1, 1e-131] WHERE id = 'x'",
      'Number underflow. Attempting to store a number with magnitude smaller than supported range under root[1]',
    ],
    [
      `UPDATE tab SET n = ${"{'a': ".repeat(32)}1${'}'.repeat(32)} WHERE id = 'x'`,
      `Nesting Levels have exceeded supported limits under root${'.a'.repeat(32)}`,
    ],
    ["UPDATE tab SET n = <<>> WHERE id = 'x'", 'Empty bags are not supported'],
    [
      "INSERT INTO tab VALUE {'id': 'x', 's': set_add(<<'a'>>)}",
      'Unsupported data type: set_add under key root at 1:40:7',
    ],
  ])('%s tells what value it is', async (statement, message) => {
    const { run } = await setUp();
    await expectRefusal(run(statement), INVALID, message);
  });

  test('may be surrounded and interrupted by comments', async () => {
    const { items } = await setUp();
    expect(await items("-- a note\nSELECT * /* all */ FROM tab -- here\nWHERE id = 'x' -- end")).toEqual([]);
  });
});

describe('UPDATE', () => {
  const BEFORE = {
    id: { S: 'x' },
    n: { N: '1' },
    l: { L: [{ S: 'a' }, { S: 'b' }] },
    m: { M: { k: { S: 'old' }, sib: { S: 'keep' } } },
    ss: { SS: ['a', 'b'] },
  };
  async function filled() {
    const started = await setUp();
    await started.people.put(BEFORE);
    const stored = () => started.people.get({ id: { S: 'x' } });
    return { ...started, stored };
  }

  test('sets, removes, calculates and changes sets', async () => {
    const { run, stored } = await filled();
    await run(
      `UPDATE tab SET n = n + 2, data = 'new' SET l = list_append(l, ['c']) REMOVE m.k
         SET ss = set_add(ss, <<'z'>>), fresh = SET_ADD(fresh, ?) WHERE id = 'x'`,
      [{ NS: ['1'] }],
    );
    expect(await stored()).toEqual({
      id: { S: 'x' },
      n: { N: '3' },
      data: { S: 'new' },
      l: { L: [{ S: 'a' }, { S: 'b' }, { S: 'c' }] },
      m: { M: { sib: { S: 'keep' } } },
      ss: { SS: ['a', 'b', 'z'] },
      fresh: { NS: ['1'] },
    });
    await run("UPDATE tab SET ss = set_delete(ss, <<'a', 'b', 'z'>>) WHERE id = 'x'");
    expect((await stored()).ss).toBeUndefined();
  });

  test('may begin with FROM', async () => {
    const { run, stored } = await filled();
    await run("from tab where id = 'x' AND n = 1 set n = 9 remove ss");
    expect(await stored()).toMatchObject({ n: { N: '9' } });
    expect((await stored()).ss).toBeUndefined();
  });

  test.each<readonly [string, string, readonly object[]]>([
    ["SET m.k = 'new'", 'ALL OLD', [BEFORE]],
    ["SET m.k = 'new'", 'MODIFIED OLD', [{ m: { M: { k: { S: 'old' } } } }]],
    ["SET m.k = 'new'", 'MODIFIED NEW', [{ m: { M: { k: { S: 'new' } } } }]],
    ['REMOVE m', 'ALL NEW', [Object.fromEntries(Object.entries(BEFORE).filter(([name]) => name !== 'm'))]],
    ['REMOVE n', 'MODIFIED NEW', []],
    ["SET fresh = 'x'", 'MODIFIED OLD', []],
    ['REMOVE l[0]', 'MODIFIED NEW', [{ l: { L: [{ S: 'b' }] } }]],
  ])('%s RETURNING %s *', async (changes, returning, expected) => {
    const { items } = await filled();
    expect(await items(`UPDATE tab ${changes} WHERE id = 'x' RETURNING ${returning} *`)).toEqual(expected);
  });

  test.each(["id = 'nobody'", "id = 'x' AND n = 7", "id = 'x' AND NOT begins_with(ss, 'a') AND n > 1"])(
    'WHERE %s changes nothing when there is no such item',
    async (where) => {
      const { run, stored, people } = await filled();
      const refused = run(`UPDATE tab SET n = 9 WHERE ${where}`);
      await expectRefusal(refused, 'ConditionalCheckFailedException', 'The conditional request failed');
      expect(await stored()).toEqual(BEFORE);
      expect((await people.scan()).Count).toBe(1);
    },
  );

  test.each([
    ['SET n = 1 WHERE n = 1', 'Where clause does not contain a mandatory equality on all key attributes'],
    ['SET n = 1', 'Where clause does not contain a mandatory equality on all key attributes'],
    ['SET n = 1 WHERE id = 5', 'The provided key element does not match the schema'],
    [
      "SET id = 'y' WHERE id = 'x'",
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    ],
    ["SET none[0] = 1 WHERE id = 'x'", 'The document path provided in the update expression is invalid for update'],
    ["SET ss = set_add(ss, <<1>>) WHERE id = 'x'", 'An operand in the update expression has an incorrect data type'],
    [
      "SET t = set_add(ss, <<'a'>>) WHERE id = 'x'",
      'The first argument to SET_ADD must equal the assignment value at 1:20:7',
    ],
    [
      "SET ss = set_add(ss, 'a') WHERE id = 'x'",
      'The second argument to SET_ADD must be a value with type SET at 1:29:2',
    ],
    ["SET ss = set_delete(ss) WHERE id = 'x'", 'SET_DELETE must have exactly two arguments at 1:21:10'],
  ])('%s is refused', async (rest, message) => {
    const { run } = await filled();
    await expectRefusal(run(`UPDATE tab ${rest}`), INVALID, message);
  });
});

describe('DELETE', () => {
  test('removes an item and returns it when asked', async () => {
    const { items, people } = await setUp();
    await people.put({ id: { S: 'x' }, n: { N: '1' } });
    const deleted = await items("DELETE FROM tab WHERE id = 'x' AND n = 1 RETURNING ALL OLD *");
    expect(deleted).toEqual([{ id: { S: 'x' }, n: { N: '1' } }]);
    expect(await people.get({ id: { S: 'x' } })).toBeUndefined();
  });

  test('of what is not there does nothing, whatever else it says', async () => {
    const { items } = await setUp();
    expect(await items("DELETE FROM tab WHERE id = 'x' AND n = 1 RETURNING ALL OLD *")).toEqual([]);
  });

  test('of what is otherwise is refused', async () => {
    const { run, people } = await setUp();
    await people.put({ id: { S: 'x' }, n: { N: '1' } });
    await expectRefusal(run("DELETE FROM tab WHERE id = 'x' AND n = 2"), 'ConditionalCheckFailedException');
    expect(await people.get({ id: { S: 'x' } })).toBeDefined();
  });

  test('returns nothing but the old item', async () => {
    const { run } = await setUp();
    await expectRefusal(
      run("DELETE FROM tab WHERE id = 'x' RETURNING MODIFIED OLD *"),
      INVALID,
      'Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements.',
    );
  });
});

describe('a batch of statements', () => {
  test('runs each for itself, and says in its place why not', async () => {
    const { batch, people } = await setUp();
    await people.put({ id: { S: 'x' }, n: { N: '1' } });
    const keyMissing =
      'Select statements within BatchExecuteStatement must specify the primary key in the where clause.';
    expect(
      await batch(
        "SELECT n FROM tab WHERE id = 'x'",
        "SELECT n FROM tab WHERE id = 'nobody'",
        'SELECT n FROM tab WHERE n = 1',
        "SELECT * FROM tab WHERE id = 'x' AND attribute_exists(n)",
        "SLECT * FROM tab WHERE id = 'x'",
        "INSERT INTO tab VALUE {'id': 'x'}",
        "UPDATE tab SET n = 2 WHERE id = 'x' AND n = 7",
        "UPDATE tab SET n = 3 WHERE id = 'x' RETURNING MODIFIED NEW *",
        "SELECT * FROM nowhere WHERE id = 'x'",
      ),
    ).toEqual([
      { TableName: 'tab', Item: { n: { N: '1' } } },
      { TableName: 'tab' },
      { Error: { Code: 'ValidationError', Message: keyMissing } },
      { Error: { Code: 'ValidationError', Message: keyMissing } },
      { Error: { Code: 'ValidationError', Message: `${MALFORMED}Expected data manipulation` } },
      { TableName: 'tab', Error: { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' } },
      { TableName: 'tab', Error: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' } },
      { TableName: 'tab', Item: { n: { N: '3' } } },
      { Error: { Code: 'ResourceNotFound', Message: 'Requested resource not found' } },
    ]);
  });

  test('tells what it used of each table', async () => {
    const { call } = await setUp();
    const Statements = [
      { Statement: "SELECT * FROM tab WHERE id = 'x'" },
      { Statement: "SELECT * FROM tab WHERE id = 'y'", ConsistentRead: true },
    ];
    const answer = await call('BatchExecuteStatement', { Statements, ReturnConsumedCapacity: 'TOTAL' });
    expect(answer.ConsumedCapacity).toEqual([{ TableName: 'tab', CapacityUnits: 1.5 }]);
  });
});

describe('a transaction of statements', () => {
  test('writes all', async () => {
    const { transact, people } = await setUp();
    await people.put({ id: { S: 'x' }, n: { N: '1' } });
    const answer = await transact([
      "INSERT INTO tab VALUE {'id': 'new'}",
      "UPDATE tab SET n = n + 1 WHERE id = 'x'",
      "DELETE FROM orders WHERE id = 'a' AND at = 1",
    ]);
    expect(answer).toEqual({ Responses: [] });
    expect((await people.scan()).Count).toBe(2);
    expect(await people.get({ id: { S: 'x' } })).toMatchObject({ n: { N: '2' } });
  });

  test('writes nothing when one of them cannot be', async () => {
    const { transact, people } = await setUp();
    await people.put({ id: { S: 'x' }, n: { N: '1' } });
    const refused = await expectRefusal(
      transact([
        "INSERT INTO tab VALUE {'id': 'new'}",
        "INSERT INTO tab VALUE {'id': 'x'}",
        "EXISTS(SELECT * FROM tab WHERE id = 'nobody' AND n = 1)",
      ]),
      'TransactionCanceledException',
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, DuplicateItem, ConditionalCheckFailed]',
    );
    expect(refused.options.members).toEqual({
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
    });
    expect((await people.scan()).Count).toBe(1);
  });

  test('reads all', async () => {
    const { transact, people } = await setUp();
    await people.put({ id: { S: 'x' }, n: { N: '1' } });
    const answer = await transact(["SELECT n FROM tab WHERE id = 'x'", "SELECT * FROM tab WHERE id = 'y'"], {
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(answer).toEqual({
      ConsumedCapacity: [{ TableName: 'tab', CapacityUnits: 4, ReadCapacityUnits: 4 }],
      Responses: [{ Item: { n: { N: '1' } } }, {}],
    });
  });

  test('with a token is done once', async () => {
    const { transact, people } = await setUp();
    await people.put({ id: { S: 'x' }, n: { N: '1' } });
    const again = () =>
      transact(["UPDATE tab SET n = n + 1 WHERE id = 'x'"], {
        ClientRequestToken: 'token',
        ReturnConsumedCapacity: 'TOTAL',
      });
    expect((await again()).ConsumedCapacity).toEqual([{ TableName: 'tab', CapacityUnits: 2, WriteCapacityUnits: 2 }]);
    expect((await again()).ConsumedCapacity).toEqual([{ TableName: 'tab', CapacityUnits: 2, ReadCapacityUnits: 2 }]);
    expect(await people.get({ id: { S: 'x' } })).toMatchObject({ n: { N: '2' } });
  });

  test.each([
    [
      "UPDATE tab SET n = 1 WHERE id = 'x' RETURNING ALL NEW *",
      'RETURNING clause is not supported in ExecuteTransaction.',
    ],
    ['SELECT * FROM "orders"."by-town" WHERE town = \'Oz\'', 'Reads on indices are not supported within transactions.'],
    [
      "SELECT * FROM tab WHERE id = 'x' AND attribute_exists(n)",
      'Select statements within ExecuteTransaction must specify the primary key in the where clause.',
    ],
    ["EXISTS(SELECT * FROM tab WHERE id = 'x')", 'EXISTS() must contain a single item read with additional condition'],
  ])('%s is refused', async (statement, message) => {
    const { transact } = await setUp();
    await expectRefusal(transact([statement]), INVALID, `Validation failed in TransactStatements[0]: ${message}`);
  });
});

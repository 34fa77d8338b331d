// docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
// docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { refusalOf } from './kinesis-fixture.ts';
import { START_MS, startCloudWatch } from './metrics-fixture.ts';

const stat = (MetricName: string, Stat = 'Sum', Period = 60) => ({
  MetricStat: { Metric: { Namespace: 'Shop', MetricName }, Period, Stat },
});

let shop: ReturnType<typeof startCloudWatch>;

/** By the minute: orders 10, 20, 40; errors 1, nothing, 4. */
beforeEach(async () => {
  shop = startCloudWatch();
  for (const [orders, errors] of [
    [10, [1]],
    [20, []],
    [40, [4]],
  ] as const) {
    await shop.put('orders', orders);
    if (errors.length > 0) await shop.put('errors', ...errors);
    await shop.clock.advance(MINUTE);
  }
});

const METRICS = [
  { Id: 'orders', ReturnData: false, ...stat('orders') },
  { Id: 'errors', ReturnData: false, ...stat('errors') },
];
const RANGE = { StartTime: new Date(START_MS), EndTime: new Date(START_MS + 3 * MINUTE) };

const evaluate = async (Expression: string) =>
  (await shop.query([...METRICS, { Id: 'e', Expression }], RANGE)).map(
    ({ Values }: { readonly Values: readonly number[] }) => Values,
  );

describe('metric math', () => {
  it.each([
    ['orders * 2 + 1', [[21, 41, 81]]],
    ['-orders ^ 2', [[-100, -400, -1600]]],
    ['100 * errors / orders', [[10, 10]]],
    ['orders > 15 AND orders < 30', [[0, 1, 0]]],
    ['SUM([orders, errors])', [[11, 20, 44]]],
    ['AVG(METRICS("ord"))', [[10, 20, 40]]],
    ['MAX(METRICS())', [[10, 20, 40]]],
    ['orders / SUM(orders) * 70', [[10, 20, 40]]],
    ['FILL(errors, 0)', [[1, 0, 4]]],
    ['FILL(errors, REPEAT)', [[1, 1, 4]]],
    ['FILL(errors, LINEAR)', [[1, 2.5, 4]]],
    ['DIFF(orders)', [[10, 20]]],
    ['RATE(orders) * PERIOD(orders)', [[10, 20]]],
    ['RUNNING_SUM(orders)', [[10, 30, 70]]],
    ['IF(orders > 15, orders, 0)', [[0, 20, 40]]],
    ['CEIL(LOG10(orders))', [[1, 2, 2]]],
    ['TIME_SERIES(LAST(orders))', [[40, 40, 40]]],
    ['TIME_SERIES(AVG(IF(orders > 50, orders)))', [[]]],
    ['TIME_SERIES(MIN(IF(orders > 50, orders)))', [[]]],
    ['TIME_SERIES(1 / 0)', [[]]],
    ['FILL(errors, AVG(IF(orders > 50, orders)))', [[1, 4]]],
    ['[errors, 0 / 0]', [[1, 4], []]],
    [
      '[orders, errors]',
      [
        [10, 20, 40],
        [1, 4],
      ],
    ],
    [
      'METRICS() + 1',
      [
        [11, 21, 41],
        [2, 5],
      ],
    ],
    ['MINUTE(orders)', [[0, 1, 2]]],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  it('goes on with what other expressions come to, in whatever order they stand', async () => {
    const queries = [
      { Id: 'share', Expression: 'filled / orders' },
      { Id: 'filled', Expression: 'FILL(errors, 0)', ReturnData: false },
      ...METRICS,
    ];
    expect(await shop.query(queries, RANGE)).toMatchObject([{ Id: 'share', Label: 'share', Values: [0.1, 0, 0.1] }]);
  });

  it.each([
    ['orders +', 'Unexpected end'],
    ['nobody', 'Unknown id "nobody"'],
    ['e', '"e" refers to itself'],
    ['1 + 1', 'The expression must return a time series, not a number'],
    ['NO_SUCH(orders)', 'Unknown function "NO_SUCH"'],
    ["SEARCH('{AWS/Lambda,FunctionName}', 'Sum', 60)", 'SEARCH is not supported by Headwater'],
    ['SELECT AVG(Duration) FROM "AWS/Lambda"', 'Metrics Insights queries are not supported by Headwater'],
  ])('refuses %s', async (expression, why) => {
    const { code, message } = await refusalOf(evaluate(expression));
    expect([code, message]).toEqual(['ValidationException', `Error in expression 'e': ${why}`]);
  });
});

describe('an expression that asks for too much', () => {
  const ask = (expressions: readonly string[], more: object = {}) => {
    const queries = expressions.map((Expression, index) => ({ Id: `e${index}`, Expression, ReturnData: index === 0 }));
    return shop.call('GetMetricData', { MetricDataQueries: queries, ...RANGE, ...more });
  };
  const far = { StartTime: new Date('0001-01-01'), EndTime: new Date('9999-01-01') };

  it.each([
    [
      'as lists of lists',
      Array.from({ length: 60 }, (_, index) => `[e${index + 1},e${index + 1}]`).concat('[1,2]'),
      {},
    ],
    ['for all time', ['TIME_SERIES(1)'], far],
    ['for all time, filled', ['FILL([1], 0)'], far],
    ['by its depth', [`${'('.repeat(900)}1${')'.repeat(900)}`], {}],
    [
      'by references',
      Array.from({ length: 499 }, (_, index) => `-(-(-(-(-(-(-(-(e${index + 1}${'+1'.repeat(400)}))))))))`).concat(
        '[1]',
      ),
      {},
    ],
  ])('is refused: %s', async (_, expressions, more) => {
    await expect(ask(expressions, more)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringMatching(
        /^Error in expression 'e\d+': (The expressions of a request|It is nested too deeply)/,
      ),
    });
  });

  it('is answered when it is merely long', async () => {
    const { MetricDataResults } = await ask([`TIME_SERIES(0)${'+1'.repeat(500)}`]);
    expect(MetricDataResults[0].Values[0]).toBe(500);
  });
});

describe('GetMetricData', () => {
  it('gives the newest first unless it is asked otherwise', async () => {
    const queries = [{ Id: 'orders', ...stat('orders') }];
    const { MetricDataResults } = await shop.call('GetMetricData', { MetricDataQueries: queries, ...RANGE });
    expect(MetricDataResults).toEqual([
      {
        ...{ Id: 'orders', Label: 'orders', StatusCode: 'Complete', Values: [40, 20, 10] },
        Timestamps: [2, 1, 0].map((minute) => new Date(START_MS + minute * MINUTE)),
      },
    ]);
  });

  it('calls results by what their queries differ in', async () => {
    const queries = [
      { Id: 'a', ...stat('orders', 'Sum', 60) },
      { Id: 'b', ...stat('orders', 'Minimum', 300) },
      { Id: 'c', Label: 'mine', ...stat('errors', 'Sum', 60) },
    ];
    const labels = (await shop.query(queries, RANGE)).map(({ Label }: { readonly Label: string }) => Label);
    expect(labels).toEqual(['orders Sum 60', 'orders Minimum 300', 'mine']);
  });

  it('gives the values of the first unit where there are several, and says so', async () => {
    const MetricData = [
      { MetricName: 'time', Value: 1, Unit: 'Seconds' },
      { MetricName: 'time', Value: 60_000, Unit: 'Milliseconds' },
    ];
    await shop.call('PutMetricData', { Namespace: 'Shop', MetricData });
    const [result] = await shop.query([{ Id: 'm', ...stat('time') }]);
    expect(result).toMatchObject({
      Values: [60_000],
      Messages: [{ Code: 'MultipleUnits', Value: "Multiple units returned: '[Milliseconds, Seconds]'" }],
    });
  });

  it('gives so many points a page', async () => {
    const input = {
      MetricDataQueries: [
        { Id: 'orders', ...stat('orders') },
        { Id: 'errors', ...stat('errors') },
      ],
      ...{ ...RANGE, MaxDatapoints: 2, ScanBy: 'TimestampAscending' },
    };
    const shown: unknown[] = [];
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const answer = await shop.call('GetMetricData', { ...input, ...(NextToken ? { NextToken } : {}) });
      shown.push(
        answer.MetricDataResults.map((result: { Id: string; Values: number[] }) => [result.Id, result.Values]),
      );
      NextToken = answer.NextToken;
    }
    expect(shown).toEqual([
      [
        ['orders', [10, 20]],
        ['errors', []],
      ],
      [
        ['orders', [40]],
        ['errors', [1]],
      ],
      [['errors', [4]]],
    ]);
  });

  it.each([
    [
      [{ Id: 'Upper', ...stat('orders') }],
      'The value Upper for parameter MetricDataQueries.member.1.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.',
    ],
    [
      [{ Id: 'm', Period: 60, ...stat('orders') }],
      'The parameters MetricDataQueries.member.1.Period and MetricDataQueries.member.1.MetricStat are mutually exclusive and you have specified both.',
    ],
    [
      [
        { Id: 'm', ...stat('orders') },
        { Id: 'm', ...stat('orders') },
      ],
      'The values for parameter id in MetricDataQueries are not unique.',
    ],
    [
      [{ Id: 'm', ...stat('orders', 'Median') }],
      'The value Median for parameter MetricDataQueries.member.1.MetricStat.Stat is not supported.',
    ],
  ])('refuses queries that make no sense: %#', async (queries, message) => {
    expect(await refusalOf(shop.query(queries))).toEqual({ code: 'ValidationException', message });
  });
});

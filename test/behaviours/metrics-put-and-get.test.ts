// docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
// docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import { pageToken } from '../../src/core/listing/page-token.ts';
import { MetricStore } from '../../src/services/cloudwatch/store/metric-store.ts';
import { Recorder } from '../../src/services/cloudwatch/store/recorder.ts';
import { Reports } from '../../src/services/cloudwatch/store/report.ts';
import { MINUTES } from '../../src/services/cloudwatch/store/tier.ts';
import { refusalOf } from './kinesis-fixture.ts';
import { SCOPE, START_MS, startCloudWatch } from './metrics-fixture.ts';

describe('PutMetricData', () => {
  it('gives back each of the five statistics of what was put', async () => {
    const { call, range } = startCloudWatch();
    const MetricData = Array.from({ length: 10 }, (_, Value) => ({ MetricName: 'metric', Value }));
    await call('PutMetricData', { Namespace: 'Shop', MetricData });
    const Statistics = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'];
    const wanted = { Namespace: 'Shop', MetricName: 'metric', Period: 60, Statistics, ...range };
    expect(await call('GetMetricStatistics', wanted)).toEqual({
      Label: 'metric',
      Datapoints: [
        {
          ...{ Average: 4.5, Maximum: 9, Minimum: 0, SampleCount: 10, Sum: 45 },
          ...{ Timestamp: new Date(START_MS), Unit: 'None' },
        },
      ],
    });
  });

  it('takes values with their counts, and sets of statistics', async () => {
    const { call, statistics } = startCloudWatch();
    const StatisticValues = { SampleCount: 4, Sum: 40, Minimum: 1, Maximum: 30 };
    const MetricData = [
      { MetricName: 'many', Values: [1, 5], Counts: [3, 2] },
      { MetricName: 'set', StatisticValues },
      { MetricName: 'set', Value: 50 },
    ];
    await call('PutMetricData', { Namespace: 'Shop', MetricData });
    expect(await statistics('many', 'Sum')).toEqual([13]);
    expect(await statistics('many', 'SampleCount')).toEqual([5]);
    expect(await statistics('many', 'p50')).toEqual([1]);
    expect(await statistics('set', 'Average')).toEqual([18]);
    expect(await statistics('set', 'Maximum')).toEqual([50]);
    // Nobody told what the values were.
    expect(await statistics('set', 'p50')).toEqual([]);
  });

  it('keeps units apart', async () => {
    const { call, range } = startCloudWatch();
    const MetricData = [
      { MetricName: 'time', Value: 1, Unit: 'Seconds' },
      { MetricName: 'time', Value: 60_000, Unit: 'Milliseconds' },
    ];
    await call('PutMetricData', { Namespace: 'Shop', MetricData });
    const wanted = { Namespace: 'Shop', MetricName: 'time', Period: 60, Statistics: ['Sum'], ...range };
    const { Datapoints } = await call('GetMetricStatistics', wanted);
    expect(Datapoints).toHaveLength(2);
    const one = await call('GetMetricStatistics', { ...wanted, Unit: 'Seconds' });
    expect(one.Datapoints).toMatchObject([{ Sum: 1, Unit: 'Seconds' }]);
  });

  it('tells metrics apart by their dimensions, in whatever order', async () => {
    const { call, query } = startCloudWatch();
    const [a, b] = [
      { Name: 'A', Value: '1' },
      { Name: 'B', Value: '2' },
    ];
    const put = (Dimensions: readonly object[], Value: number) =>
      call('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'm', Dimensions, Value }] });
    await put([a, b], 1);
    await put([b, a], 2);
    await put([a], 10);
    const stat = (Dimensions: readonly object[]) => ({
      MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'm', Dimensions }, Period: 60, Stat: 'Sum' },
    });
    const results = await query([
      { Id: 'both', ...stat([a, b]) },
      { Id: 'one', ...stat([a]) },
      { Id: 'none', ...stat([]) },
    ]);
    expect(results.map(({ Values }: { Values: readonly number[] }) => Values)).toEqual([[3], [10], []]);
  });

  it('keeps values of high resolution by the second', async () => {
    const { call, statistics, clock } = startCloudWatch();
    const put = (Value: number) =>
      call('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'm', Value, StorageResolution: 1 }] });
    await put(1);
    await clock.advance(10 * SECOND);
    await put(2);
    expect(await statistics('m', 'Sum', { Period: 1 })).toEqual([1, 2]);
    expect(await statistics('m', 'Sum', { Period: 10 })).toEqual([1, 2]);
    expect(await statistics('m', 'Sum', { Period: 60 })).toEqual([3]);
  });

  const NOW = new Date(START_MS);
  it.each([
    [
      { Value: Number.NaN },
      'InvalidParameterValueException',
      'The value NaN for parameter MetricData.member.1.Value is invalid.',
    ],
    [
      { Value: 1.5, Values: [1, 10] },
      'InvalidParameterCombinationException',
      'The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.',
    ],
    [
      { Values: [1, 10], Counts: [2, 4, 5] },
      'InvalidParameterValueException',
      'The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
    ],
    [
      { Value: 1, Timestamp: new Date(NOW.getTime() - 15 * DAY) },
      'InvalidParameterValueException',
      'The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.',
    ],
    [
      { Value: 1, Timestamp: new Date(NOW.getTime() + 3 * HOUR) },
      'InvalidParameterValueException',
      'The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future.',
    ],
  ])('refuses %o', async (datum, code, message) => {
    const { call } = startCloudWatch();
    const putting = call('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'mymetric', ...datum }] });
    expect(await refusalOf(putting)).toEqual({ code, message });
  });

  it.each([
    [{ MetricName: 'größe' }, 'MetricName contains non-ASCII characters.'],
    [{ Dimensions: [{ Name: 'a', Value: 'b\0c\0d' }] }, 'Dimensions.member.1.Value contains non-ASCII characters.'],
  ])('refuses names such as %o', async (datum, said) => {
    const { call } = startCloudWatch();
    const putting = call('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'm', Value: 1, ...datum }] });
    const message = `The value for parameter MetricData.member.1.${said}`;
    expect(await refusalOf(putting)).toEqual({ code: 'InvalidParameterValueException', message });
  });

  it.each([
    [{ Value: 1, Dimensions: [{ Name: 'a', Value: ' ' }] }],
    [{ Value: 1, Dimensions: [{ Name: ':a', Value: 'b' }] }],
    [
      {
        Value: 1,
        Dimensions: [
          { Name: 'a', Value: 'b' },
          { Name: 'a', Value: 'c' },
        ],
      },
    ],
    [{ Values: [1], Counts: [-1] }],
    [{ Values: [1], Counts: [0] }],
    [{ Values: [1], Counts: [Number.NaN] }],
    [{ Values: [1], Counts: [1e308] }],
  ])('refuses %o', async (datum) => {
    const { call } = startCloudWatch();
    const putting = call('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'm', ...datum }] });
    expect((await refusalOf(putting)).code).toBe('InvalidParameterValueException');
  });

  it('refuses a datum without a value', async () => {
    const { call } = startCloudWatch();
    const putting = call('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'm', Values: [] }] });
    expect((await refusalOf(putting)).code).toBe('MissingRequiredParameterException');
  });

  it('refuses the namespaces of AWS', async () => {
    const { call } = startCloudWatch();
    const putting = call('PutMetricData', { Namespace: 'AWS/SQS', MetricData: [{ MetricName: 'm', Value: 1 }] });
    expect((await refusalOf(putting)).message).toBe('The value AWS/SQS for parameter Namespace is invalid.');
  });
});

describe('what is kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-metrics-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is what a process that starts anew on the same data directory has', async () => {
    const before = await openLmdbStore({ dataDir: folder, fsync: false });
    const first = startCloudWatch({ store: before });
    await first.put('orders', 1, 2);
    first.record('Invocations', 1);
    await first.cloudwatch.close();
    await before[Symbol.asyncDispose]();
    await using after = await openLmdbStore({ dataDir: folder, fsync: false });
    const second = startCloudWatch({ store: after });
    expect(await second.statistics('orders', 'Sum')).toEqual([3]);
    const { Metrics } = await second.call('ListMetrics', { Namespace: 'AWS/Lambda' });
    expect(Metrics).toEqual([{ Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions: [] }]);
  });

  it('is stored once the backend is back, and counted once', async () => {
    let isAway = true;
    const { record, call, query } = startCloudWatch({
      beforeCommit: () => {
        if (isAway) throw new BackendUnavailable('Redis', 'it is away');
      },
    });
    record('Invocations', 1);
    await expect(call('ListMetrics')).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    record('Invocations', 1);
    isAway = false;
    const MetricStat = { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Invocations' }, Period: 60, Stat: 'Sum' };
    expect((await query([{ Id: 'm', MetricStat }]))[0].Values).toEqual([2]);
  });

  it('takes no more room, however often it could not be stored', () => {
    const recorder = new Recorder(
      () => START_MS,
      () => {},
    );
    for (let flush = 0; flush < 50; flush++) {
      for (const name of ['a', 'b']) {
        recorder.record(SCOPE, 'AWS/SQS', { QueueName: name }, [{ name: 'Sent', value: 1, unit: 'Count' }]);
      }
      const taken = recorder.take();
      recorder.record(SCOPE, 'AWS/SQS', { QueueName: 'a' }, [{ name: 'Sent', value: 1, unit: 'Count' }]);
      recorder.giveBack(taken);
    }
    const sums = recorder.take().map(({ minutes }) => minutes.get(START_MS)?.sum);
    expect(sums).toEqual([100, 50]);
    expect(recorder.take()).toEqual([]);
  });

  it('is no more than so many metrics, of which the known ones go on', async () => {
    const { tables } = startCloudWatch().ground;
    const store = new MetricStore(tables, 2);
    const add = async (...names: readonly string[]) => {
      const reports = new Reports();
      for (const name of names) {
        reports
          .of({ ...SCOPE, namespace: 'Shop', name, dimensions: {} }, { unit: 'Count', tier: MINUTES, atMs: START_MS })
          .add(1);
      }
      return (await store.add(reports.all, START_MS)).map(({ metric }) => metric.name);
    };
    expect(await add('a', 'b')).toEqual([]);
    expect(await add('b', 'c')).toEqual(['c']);
    expect((await store.list(SCOPE, { limit: 10 })).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('is summed over the processes that share it', async () => {
    const first = startCloudWatch();
    const second = startCloudWatch({ ground: first.ground });
    const puts = Array.from({ length: 20 }, (_, index) => (index % 2 ? first : second).put('orders', 1));
    await Promise.all(puts);
    expect(await second.statistics('orders', 'Sum')).toEqual([20]);
  });

  it('is by the minute for 15 days, by five minutes for 63, by the hour for 455, then nothing', async () => {
    const { put, call, clock, cloudwatch, range, record } = startCloudWatch();
    await put('orders', 1);
    await clock.advance(MINUTE);
    await put('orders', 2);
    const found = async (Period: number) => {
      const wanted = { Namespace: 'Shop', MetricName: 'orders', Period, Statistics: ['Sum'], ...range };
      return (await call('GetMetricStatistics', wanted)).Datapoints.map(({ Sum }: { Sum: number }) => Sum);
    };
    /** Something is recorded, so that what is old is looked after. */
    const later = async (days: number) => {
      await clock.advance(days * DAY);
      record('Invocations', 1);
      await cloudwatch.lookAfter();
    };
    expect(await found(60)).toEqual([1, 2]);
    await later(16);
    expect(await found(60)).toEqual([]);
    expect(await found(300)).toEqual([3]);
    await later(63);
    expect(await found(300)).toEqual([]);
    expect(await found(3600)).toEqual([3]);
    await later(455);
    expect(await found(3600)).toEqual([]);
  });

  it('is gone after a reset', async () => {
    const { put, statistics, cloudwatch, call } = startCloudWatch();
    await put('orders', 1);
    await cloudwatch.reset();
    expect(await statistics('orders', 'Sum')).toEqual([]);
    expect((await call('ListMetrics')).Metrics).toEqual([]);
    await put('orders', 5);
    expect(await statistics('orders', 'Sum')).toEqual([5]);
    expect((await call('ListMetrics')).Metrics).toHaveLength(1);
  });
});

describe('ListMetrics', () => {
  it('finds metrics by namespace, name and dimensions', async () => {
    const { put, call, record } = startCloudWatch();
    await put('orders', 1);
    await put('refunds', 1);
    record('Invocations', 1, { FunctionName: 'f' });
    record('Invocations', 1, { FunctionName: 'g' });
    const names = async (input: object) =>
      (await call('ListMetrics', input)).Metrics.map(({ MetricName }: { MetricName: string }) => MetricName);
    expect(await names({})).toEqual(['Invocations', 'Invocations', 'orders', 'refunds']);
    expect(await names({ Namespace: 'Shop' })).toEqual(['orders', 'refunds']);
    expect(await names({ MetricName: 'orders' })).toEqual(['orders']);
    expect(await names({ Dimensions: [{ Name: 'FunctionName' }] })).toHaveLength(2);
    expect(await names({ Dimensions: [{ Name: 'FunctionName', Value: 'g' }] })).toHaveLength(1);
  });

  it('leaves out what was not reported of for two weeks, or for three hours when asked', async () => {
    const { put, call, clock } = startCloudWatch();
    await put('orders', 1);
    await clock.advance(4 * HOUR);
    expect((await call('ListMetrics', { RecentlyActive: 'PT3H' })).Metrics).toEqual([]);
    expect((await call('ListMetrics')).Metrics).toHaveLength(1);
    await clock.advance(15 * DAY);
    expect((await call('ListMetrics')).Metrics).toEqual([]);
  });

  it('gives 500 a page', async () => {
    const { call } = startCloudWatch();
    const MetricData = Array.from({ length: 700 }, (_, index) => ({ MetricName: `m${index}`, Value: 1 }));
    await call('PutMetricData', { Namespace: 'Shop', MetricData });
    const first = await call('ListMetrics');
    const second = await call('ListMetrics', { NextToken: first.NextToken });
    expect([first.Metrics.length, second.Metrics.length, second.NextToken]).toEqual([500, 200, undefined]);
    const names = new Set([...first.Metrics, ...second.Metrics].map(({ MetricName }) => MetricName));
    expect(names.size).toBe(700);
  });

  it('goes on where a page ended, also when metrics have come before it meanwhile', async () => {
    const { call } = startCloudWatch();
    const report = (names: readonly string[]) =>
      call('PutMetricData', {
        Namespace: 'Shop',
        MetricData: names.map((MetricName) => ({
          MetricName,
          Value: 1,
          Dimensions: [{ Name: 'Shop', Value: 'north' }],
        })),
      });
    await report(Array.from({ length: 510 }, (_, index) => `m${index}`));
    const first = await call('ListMetrics', { Namespace: 'Shop' });
    await report(['a', 'b', 'c']);
    const second = await call('ListMetrics', { Namespace: 'Shop', NextToken: first.NextToken });
    expect([first.Metrics.length, second.Metrics.length, second.NextToken]).toEqual([500, 10, undefined]);
  });

  it('refuses tokens of other lists', async () => {
    const { call, query } = startCloudWatch();
    const MetricData = Array.from({ length: 501 }, (_, index) => ({ MetricName: `m${index}`, Value: 1 }));
    await call('PutMetricData', { Namespace: 'Shop', MetricData });
    const { NextToken } = await call('ListMetrics');
    const refused = { code: 'InvalidNextToken', message: 'The specified NextToken is invalid.' };
    expect(await refusalOf(call('ListMetrics', { Namespace: 'Shop', NextToken }))).toEqual(refused);
    expect(await refusalOf(call('ListMetrics', { NextToken: 'x' }))).toEqual(refused);
    const MetricStat = { Metric: { Namespace: 'Shop', MetricName: 'm1' }, Period: 60, Stat: 'Sum' };
    expect(await refusalOf(query([{ Id: 'm', MetricStat }], { NextToken }))).toEqual(refused);
  });
});

// docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
describe('GetMetricData', () => {
  it.each(['TimestampDescending', 'TimestampAscending'])(
    'gives each value once, page by page, while there are new ones: %s',
    async (ScanBy) => {
      const { call, put, clock, range } = startCloudWatch();
      const values = [1, 2, 3, 4];
      for (const value of values) {
        await put('orders', value);
        await clock.advance(MINUTE);
      }
      const MetricStat = { Metric: { Namespace: 'Shop', MetricName: 'orders' }, Period: 60, Stat: 'Sum' };
      const MetricDataQueries = ['a', 'b'].map((Id) => ({ Id, MetricStat }));
      const wanted = { MetricDataQueries, ScanBy, ...range, MaxDatapoints: 3 };
      const shown: Record<string, number[]> = { a: [], b: [] };
      const statuses: string[][] = [];
      for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
        const answer = await call('GetMetricData', { ...wanted, NextToken });
        for (const { Id, Values } of answer.MetricDataResults) shown[Id]?.push(...Values);
        statuses.push(answer.MetricDataResults.map(({ StatusCode }: { StatusCode: string }) => StatusCode));
        NextToken = answer.NextToken;
        if (first) await put('orders', 5);
      }
      const isAscending = ScanBy === 'TimestampAscending';
      const b = isAscending ? [...values, 5] : [5, 4, 3, 2, 1];
      expect(shown).toEqual({ a: isAscending ? b : [4, 3, 2, 1], b });
      expect(statuses[0]).toEqual(['PartialData', 'PartialData']);
      expect(statuses.at(-1)).toEqual(['Complete']);
    },
  );

  it('refuses a token that is none of its own', async () => {
    const { query } = startCloudWatch();
    const MetricStat = { Metric: { Namespace: 'Shop', MetricName: 'orders' }, Period: 60, Stat: 'Sum' };
    for (const place of ['3', '0 x', '-1 0', '']) {
      const NextToken = pageToken('datapoints', place);
      expect(await refusalOf(query([{ Id: 'm', MetricStat }], { NextToken }))).toMatchObject({
        code: 'InvalidNextToken',
      });
    }
  });
});

describe('GetMetricStatistics', () => {
  const wanted = { Namespace: 'Shop', MetricName: 'm', Period: 60, Statistics: ['Sum'] };

  it('refuses more than 1,440 periods', async () => {
    const { call } = startCloudWatch();
    const long = { StartTime: new Date(START_MS), EndTime: new Date(START_MS + 2 * DAY) };
    expect(await refusalOf(call('GetMetricStatistics', { ...wanted, ...long }))).toEqual({
      code: 'InvalidParameterCombinationException',
      message:
        'You have requested up to 2,880 datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    });
  });

  it('refuses a time that ends before it starts', async () => {
    const { call, range } = startCloudWatch();
    const backwards = { StartTime: range.EndTime, EndTime: range.StartTime };
    expect(await refusalOf(call('GetMetricStatistics', { ...wanted, ...backwards }))).toEqual({
      code: 'InvalidParameterValueException',
      message: 'The parameter StartTime must be less than the parameter EndTime.',
    });
  });

  it('cuts time into periods from where it was asked to begin', async () => {
    const { call, put, clock } = startCloudWatch();
    await put('m', 1);
    await clock.advance(4 * MINUTE);
    await put('m', 2);
    await clock.advance(MINUTE);
    await put('m', 4);
    const range = { StartTime: new Date(START_MS + 30 * SECOND), EndTime: new Date(START_MS + 10 * MINUTE) };
    const { Datapoints } = await call('GetMetricStatistics', { ...wanted, ...range, Period: 300 });
    expect(
      Datapoints.map(({ Timestamp, Sum }: { Timestamp: Date; Sum: number }) => [Timestamp.getTime() - START_MS, Sum]),
    ).toEqual([
      [0, 3],
      [5 * MINUTE, 4],
    ]);
  });
});

it('stores what services record without being asked, for other processes to see', async () => {
  const first = startCloudWatch();
  const second = startCloudWatch({ ground: first.ground });
  first.cloudwatch.metrics.record(SCOPE, 'AWS/Lambda', {}, [{ name: 'Errors', value: 1, unit: 'Count' }]);
  await expect.poll(async () => (await second.call('ListMetrics')).Metrics.length).toBe(1);
});

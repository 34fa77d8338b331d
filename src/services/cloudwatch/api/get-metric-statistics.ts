import type {
  Datapoint,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../../core/operation.ts';
import type { Distribution } from '../data/distribution.ts';
import { dimensionsOf, idOf } from '../data/metric.ts';
import { countPeriods, inPeriods, isPeriod, periodsOf } from '../data/period.ts';
import { parseStatistic } from '../data/statistic.ts';
import { invalidCombination, invalidValue, missingParameter } from '../errors.ts';
import type { CloudWatchService } from '../service.ts';

const MAX_DATAPOINTS = 1440;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export const getMetricStatistics: Operation<
  CloudWatchService,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput
> = async ({ store, clock, flush }, input, { account, region }) => {
  const { StartTime, EndTime, Period = 60, Namespace: namespace = '', MetricName: name = '' } = input;
  if (!StartTime || !EndTime)
    throw missingParameter(`The parameter ${StartTime ? 'EndTime' : 'StartTime'} is required.`);
  checkRequest(input, StartTime, EndTime, Period);
  const nowMs = clock.nowMs();
  const periods = periodsOf(StartTime, EndTime, Period, nowMs);
  const asked = countPeriods(periods);
  if (asked > MAX_DATAPOINTS) throw tooMany(asked);
  await flush();
  const id = idOf({ account, region, namespace, name, dimensions: dimensionsOf(input.Dimensions) });
  const readings = await store.read(id, periods.startMs, periods.endMs);
  const units = [...new Set(readings.map(({ unit }) => unit))].filter((unit) => !input.Unit || unit === input.Unit);
  const datapoints = units.flatMap((unit) => {
    const found = inPeriods(
      readings.filter((reading) => reading.unit === unit),
      periods,
      nowMs,
    );
    return Array.from(found, ([atMs, values]) => datapoint(input, atMs, unit, values));
  });
  return { Label: name, Datapoints: datapoints };
};

function checkRequest(input: GetMetricStatisticsInput, start: Date, end: Date, period: number): void {
  const { Statistics = [], ExtendedStatistics = [] } = input;
  if (Statistics.length + ExtendedStatistics.length === 0) {
    throw missingParameter('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  }
  for (const [index, name] of ExtendedStatistics.entries()) {
    const isExtended = parseStatistic(name) !== undefined && /^[a-zI]|\(/.test(name);
    if (!isExtended)
      throw invalidValue(`The value ${name} for parameter ExtendedStatistics.member.${index + 1} is invalid.`);
  }
  if (!isPeriod(period)) {
    throw invalidValue('The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.');
  }
  if (start >= end) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
}

const tooMany = (asked: number) =>
  invalidCombination(
    `You have requested up to ${asked.toLocaleString('en-US')} datapoints, which exceeds the limit of ${MAX_DATAPOINTS.toLocaleString('en-US')}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
  );

function datapoint(input: GetMetricStatisticsInput, atMs: number, unit: string, values: Distribution): Datapoint {
  const ask = (names: readonly string[] = []) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = parseStatistic(name)?.(values);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  return {
    Timestamp: new Date(atMs),
    ...ask(input.Statistics),
    Unit: unit as StandardUnit,
    ...(input.ExtendedStatistics ? { ExtendedStatistics: ask(input.ExtendedStatistics) } : {}),
  };
}

import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch';
import { isPeriod } from '../data/period.ts';
import { parseStatistic } from '../data/statistic.ts';
import { validationError } from '../errors.ts';

const MAX_QUERIES = 500;
const ID = /^[a-z][a-zA-Z0-9_]*$/;

/** Refuses queries that make no sense. */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  if (queries.length > MAX_QUERIES) {
    throw validationError(`The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`);
  }
  const ids = new Set(queries.map(({ Id }) => Id));
  if (ids.size < queries.length)
    throw validationError('The values for parameter id in MetricDataQueries are not unique.');
  for (const [index, query] of queries.entries()) checkQuery(query, `MetricDataQueries.member.${index + 1}`);
  if (!queries.some(({ ReturnData }) => ReturnData !== false)) {
    throw validationError('At least one of the elements ReturnData of MetricDataQueries must be true.');
  }
}

function checkQuery(query: MetricDataQuery, member: string): void {
  const { Id = '', MetricStat, Expression, Period } = query;
  if (!ID.test(Id)) {
    throw validationError(
      `The value ${Id} for parameter ${member}.Id is not matching the expected pattern ${ID.source}.`,
    );
  }
  if (MetricStat && Expression !== undefined) throw exclusive(member, 'Expression', 'MetricStat');
  if (!MetricStat && Expression === undefined) {
    throw validationError(
      `At least one of the parameters ${member}.Expression or ${member}.MetricStat must be specified.`,
    );
  }
  if (MetricStat && Period !== undefined) throw exclusive(member, 'Period', 'MetricStat');
  if (query.AccountId !== undefined) {
    throw validationError(`The parameter ${member}.AccountId is not supported: Headwater links no accounts.`);
  }
  if (Period !== undefined) checkPeriod(Period, `${member}.Period`);
  if (MetricStat) checkStat(MetricStat, `${member}.MetricStat`);
}

function checkStat({ Metric, Period = 0, Stat = '' }: MetricStat, member: string): void {
  for (const name of ['Namespace', 'MetricName'] as const) {
    if (!Metric?.[name]) throw validationError(`The parameter ${member}.Metric.${name} is required.`);
  }
  checkPeriod(Period, `${member}.Period`);
  if (!parseStatistic(Stat)) throw validationError(`The value ${Stat} for parameter ${member}.Stat is not supported.`);
}

function checkPeriod(period: number, member: string): void {
  if (isPeriod(period)) return;
  throw validationError(
    `The value ${period} for parameter ${member} is invalid. It must be 1, 5, 10, 20, 30 or a multiple of 60.`,
  );
}

const exclusive = (member: string, one: string, other: string) =>
  validationError(
    `The parameters ${member}.${one} and ${member}.${other} are mutually exclusive and you have specified both.`,
  );

import type { GetMetricDataInput, GetMetricDataOutput, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../../core/operation.ts';
import { validationError } from '../errors.ts';
import { readToken, writeToken } from '../next-token.ts';
import { checkQueries } from '../query/check-queries.ts';
import { evaluateQueries, type QueryResult } from '../query/evaluate-queries.ts';
import type { CloudWatchService } from '../service.ts';

const MAX_DATAPOINTS = 100_800;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const getMetricData: Operation<CloudWatchService, GetMetricDataInput, GetMetricDataOutput> = async (
  service,
  input,
  scope,
) => {
  const { MetricDataQueries: queries = [], StartTime, EndTime, NextToken, LabelOptions } = input;
  if (!StartTime || !EndTime) throw validationError('The parameters StartTime and EndTime are required.');
  if (StartTime >= EndTime) throw validationError('The parameter StartTime must be less than the parameter EndTime.');
  if (LabelOptions) throw validationError('The parameter LabelOptions is not supported by Headwater.');
  const limit = input.MaxDatapoints ?? MAX_DATAPOINTS;
  if (limit < 1 || limit > MAX_DATAPOINTS) {
    throw validationError(
      `The value ${limit} for parameter MaxDatapoints is invalid. It must be between 1 and ${MAX_DATAPOINTS}.`,
    );
  }
  checkQueries(queries);
  await service.flush();
  const results = await evaluateQueries(service, queries, scope, { from: StartTime, to: EndTime });
  const start = NextToken === undefined ? 0 : readToken(NextToken);
  const page = pageOf(results, start, start + limit, input.ScanBy === 'TimestampAscending');
  const end = start + limit;
  const total = results.reduce((sum, { points }) => sum + points.length, 0);
  return {
    MetricDataResults: page,
    Messages: [],
    ...(end < total ? { NextToken: writeToken(end) } : {}),
  };
};

/** The results with those of all their points that lie on the page; on later pages only those that have some. */
function pageOf(results: readonly QueryResult[], start: number, end: number, ascending: boolean): MetricDataResult[] {
  let passed = 0;
  return results.flatMap(({ id, label, points, messages }) => {
    const from = Math.max(0, start - passed);
    const to = Math.max(0, end - passed);
    passed += points.length;
    const own = (ascending ? points : points.toReversed()).slice(from, to);
    if (start > 0 && own.length === 0) return [];
    return {
      Id: id,
      Label: label,
      Timestamps: own.map(([atMs]) => new Date(atMs)),
      Values: own.map(([, value]) => value),
      StatusCode: to < points.length ? ('PartialData' as const) : ('Complete' as const),
      ...(messages.length > 0 ? { Messages: [...messages] } : {}),
    };
  });
}

import type { GetMetricDataInput, GetMetricDataOutput, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { Operation } from '../../../core/operation.ts';
import { validationError } from '../errors.ts';
import { type Place, readToken, writeToken } from '../next-token.ts';
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
  const behind = NextToken === undefined ? undefined : readToken(NextToken);
  const { page, more } = pageOf(results, { behind, limit, ascending: input.ScanBy === 'TimestampAscending' });
  return { MetricDataResults: page, Messages: [], ...(more && { NextToken: writeToken(more) }) };
};

interface Part {
  /** The datapoint that was given last: meanwhile there may be others before it. */
  readonly behind: Place | undefined;
  readonly limit: number;
  readonly ascending: boolean;
}

/** All results, with those of their points that fit on the page; on later pages only those that have some. */
function pageOf(results: readonly QueryResult[], { behind, limit, ascending }: Part) {
  const isLeft = (result: number, atMs: number) =>
    behind === undefined ||
    result > behind.result ||
    (result === behind.result && (ascending ? atMs > behind.atMs : atMs < behind.atMs));
  let last = behind;
  let room = limit;
  let isMore = false;
  const page = results.flatMap(({ id, label, points, messages }, result): MetricDataResult[] => {
    const left = (ascending ? points : points.toReversed()).filter(([atMs]) => isLeft(result, atMs));
    const own = left.slice(0, room);
    const [lastMs] = own.at(-1) ?? [];
    if (lastMs !== undefined) last = { result, atMs: lastMs };
    room -= own.length;
    isMore ||= own.length < left.length;
    if (behind && own.length === 0) return [];
    return [
      {
        Id: id,
        Label: label,
        Timestamps: own.map(([atMs]) => new Date(atMs)),
        Values: own.map(([, value]) => value),
        StatusCode: own.length < left.length ? 'PartialData' : 'Complete',
        ...(messages.length > 0 ? { Messages: [...messages] } : {}),
      },
    ];
  });
  return { page, more: isMore ? last : undefined };
}

import type {
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  LogStream as LogStreamOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import type { LogStream } from '../../../core/ports/log-store.ts';
import { invalidParameter } from '../errors.ts';
import { groupArn, type LogGroup, storeKey } from '../group/log-group.ts';
import { pageOf } from '../page.ts';
import type { LogsService } from '../service.ts';

/** A page of a group's streams, by name or by when they were last logged to. */
export const describeLogStreams: Operation<LogsService, DescribeLogStreamsRequest, DescribeLogStreamsResponse> = async (
  { groups, logs },
  input,
  context,
) => {
  const { logStreamNamePrefix, orderBy = 'LogStreamName', descending = false } = input;
  const byTime = orderBy === 'LastEventTime';
  if (byTime && logStreamNamePrefix !== undefined) {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const group = await groups.of(input, context);
  const byName = await logs.streams(storeKey(group), logStreamNamePrefix);
  const keyOf = byTime ? keyByTime : ({ name }: LogStream) => name;
  const sorted = byTime ? [...byName].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : byName;
  const all = descending ? [...sorted].reverse() : sorted;
  const list = `streams ${storeKey(group)} ${orderBy} ${descending}`;
  const { items, nextToken } = pageOf(list, all, keyOf, input);
  return { logStreams: items.map((stream) => streamOutput(group, stream)), nextToken };
};

const TIME_DIGITS = 16;
const keyByTime = ({ name, lastMs, createdAtMs }: LogStream) =>
  `${String(lastMs ?? createdAtMs).padStart(TIME_DIGITS, '0')} ${name}`;

/** AWS does not count the bytes of streams any more; the token is of no use since 2023, and is there with events. */
const streamOutput = (
  group: LogGroup,
  { name, createdAtMs, firstMs, lastMs, lastArrivedAtMs }: LogStream,
): LogStreamOutput => ({
  logStreamName: name,
  creationTime: createdAtMs,
  ...(firstMs !== undefined && { firstEventTimestamp: firstMs, lastEventTimestamp: lastMs }),
  ...(lastArrivedAtMs !== undefined && { lastIngestionTime: lastArrivedAtMs }),
  arn: `${groupArn(group, group.name)}:log-stream:${name}`,
  storedBytes: 0,
});

import type { LogGroup as LogGroupOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { LogStore } from '../../../core/ports/log-store.ts';
import { groupArn, type LogGroup, storeKey } from './log-group.ts';

/** What AWS counts of each event beside its text. docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutLogEvents.html */
export const EVENT_OVERHEAD_BYTES = 26;

/** A group as lists show it, without what costs reading. */
export function groupSummary(group: LogGroup): LogGroupOutput {
  const { name, createdAtMs, retentionDays, groupClass, metricFilters } = group;
  const arn = groupArn(group, name);
  return {
    logGroupName: name,
    creationTime: createdAtMs,
    ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
    metricFilterCount: metricFilters.length,
    arn: `${arn}:*`,
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
    logGroupClass: groupClass,
    logGroupArn: arn,
  };
}

/** A group with what it holds. */
export async function groupOutput(logs: LogStore, group: LogGroup): Promise<LogGroupOutput> {
  const streams = await logs.streams(storeKey(group));
  return {
    ...groupSummary(group),
    storedBytes: streams.reduce((sum, { bytes, events }) => sum + bytes + events * EVENT_OVERHEAD_BYTES, 0),
    deletionProtectionEnabled: group.isProtected,
  };
}

import type { DescribeLogGroupsRequest, DescribeLogGroupsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { invalidParameter, refuseUnsupported } from '../errors.ts';
import { groupOutput, groupSummary } from '../group/group-output.ts';
import { groupArn, type LogGroup } from '../group/log-group.ts';
import { pageOf } from '../page.ts';
import type { LogsService } from '../service.ts';

/** A page of the groups whose names begin with a prefix, or hold a pattern in whatever case. */
export const describeLogGroups: Operation<LogsService, DescribeLogGroupsRequest, DescribeLogGroupsResponse> = async (
  { groups, logs },
  input,
  context,
) => {
  refuseUnsupported(input, ['accountIdentifiers', 'includeLinkedAccounts']);
  const { logGroupNamePrefix = '', logGroupNamePattern } = input;
  if (logGroupNamePattern !== undefined && input.logGroupNamePrefix !== undefined) {
    throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  const isWanted = (group: LogGroup) =>
    group.name.startsWith(logGroupNamePrefix) &&
    group.name.toLowerCase().includes((logGroupNamePattern ?? '').toLowerCase()) &&
    (input.logGroupClass === undefined || group.groupClass === input.logGroupClass) &&
    isAmong(group, input.logGroupIdentifiers);
  const all = (await groups.list(context)).filter(isWanted);
  const { items, nextToken } = pageOf('groups', all, ({ name }) => name, input);
  // Recorded: with a pattern AWS does not say what groups hold.
  const show = async (group: LogGroup) =>
    logGroupNamePattern === undefined ? await groupOutput(logs, group) : groupSummary(group);
  return { logGroups: await Promise.all(items.map(show)), nextToken };
};

const isAmong = (group: LogGroup, identifiers: readonly string[] | undefined) =>
  identifiers === undefined || identifiers.some((each) => each === group.name || each === groupArn(group, group.name));

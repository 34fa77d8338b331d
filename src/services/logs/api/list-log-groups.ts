import type { ListLogGroupsRequest, ListLogGroupsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { refuseUnsupported } from '../errors.ts';
import { groupArn } from '../group/log-group.ts';
import { pageOf } from '../page.ts';
import type { LogsService } from '../service.ts';

/** A page of the groups whose names a pattern fits: words that are parts of a name, `^` for its beginning, `|` between them. */
export const listLogGroups: Operation<LogsService, ListLogGroupsRequest, ListLogGroupsResponse> = async (
  { groups },
  input,
  context,
) => {
  refuseUnsupported(input, [
    ...(['accountIdentifiers', 'includeLinkedAccounts', 'dataSources'] as const),
    ...(['fieldIndexNames', 'logGroupTags'] as const),
  ]);
  const { logGroupNamePattern = '', logGroupClass } = input;
  const parts = logGroupNamePattern.split('|');
  const fits = (name: string) =>
    parts.some((part) => (part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part)));
  const all = (await groups.list(context)).filter(
    ({ name, groupClass }) => fits(name) && (logGroupClass ?? groupClass) === groupClass,
  );
  const { items, nextToken } = pageOf('group summaries', all, ({ name }) => name, input);
  return {
    logGroups: items.map((group) => ({
      logGroupName: group.name,
      logGroupArn: groupArn(group, group.name),
      logGroupClass: group.groupClass,
    })),
    nextToken,
  };
};

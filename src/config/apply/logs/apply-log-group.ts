import type { LogGroupDeclaration } from '../../declarations/log-group.ts';
import { allowInvoke } from '../allow-invoke.ts';
import { type Applying, type Change, combine, DEFAULT_ROLE } from '../applying.ts';
import { existingArn } from '../existing-arn.ts';

/** What `DescribeLogGroups` says of a group. */
interface LogGroup {
  readonly logGroupName: string;
  readonly retentionInDays?: number;
}

/** Makes the log group, or sets what differs. */
export async function applyLogGroup(
  applying: Applying,
  logGroupName: string,
  { retentionInDays, tags }: LogGroupDeclaration,
): Promise<Change> {
  const { call, arnOf } = applying;
  const found = await findGroup(applying, logGroupName);
  if (!found) await call('logs', 'CreateLogGroup', { logGroupName, ...(tags ? { tags } : {}) });
  const isKept = retentionInDays !== undefined && retentionInDays !== found?.retentionInDays;
  if (isKept) await call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays });
  if (!found) return 'created';
  const retagged = await applyTags(call, arnOf('logs', logGroupName), tags);
  return isKept || retagged ? 'updated' : 'unchanged';
}

async function findGroup({ call }: Applying, logGroupNamePrefix: string): Promise<LogGroup | undefined> {
  // Names are listed in their order: the one that is a prefix of all others comes first.
  const { logGroups = [] } = await call('logs', 'DescribeLogGroups', { logGroupNamePrefix, limit: 1 });
  const [first] = logGroups as readonly LogGroup[];
  return first?.logGroupName === logGroupNamePrefix ? first : undefined;
}

async function applyTags(
  call: Applying['call'],
  resourceArn: string,
  wanted: LogGroupDeclaration['tags'],
): Promise<boolean> {
  if (!wanted) return false;
  const { tags = {} } = await call('logs', 'ListTagsForResource', { resourceArn });
  const present = tags as Readonly<Record<string, string>>;
  if (Object.entries(wanted).every(([key, value]) => present[key] === value)) return false;
  await call('logs', 'TagResource', { resourceArn, tags: wanted });
  return true;
}

/** Puts the subscription filters that are declared; others stay. */
export async function applySubscriptionFilters(
  applying: Applying,
  logGroupName: string,
  { subscriptionFilters = {} }: LogGroupDeclaration,
): Promise<Change> {
  const { call, arnOf } = applying;
  const declared = Object.entries(subscriptionFilters);
  if (declared.length === 0) return 'unchanged';
  const { subscriptionFilters: found = [] } = await call('logs', 'DescribeSubscriptionFilters', { logGroupName });
  const changes: Change[] = [];
  for (const [filterName, { filterPattern = '', function: target, stream = '' }] of declared) {
    const destinationArn = await (target === undefined
      ? existingArn(applying, 'kinesis', stream)
      : existingArn(applying, 'lambda', target));
    const isThere = (found as readonly Readonly<Record<string, unknown>>[]).some(
      (each) =>
        each['filterName'] === filterName &&
        each['filterPattern'] === filterPattern &&
        each['destinationArn'] === destinationArn,
    );
    changes.push(isThere ? 'unchanged' : 'updated');
    if (isThere) continue;
    const from = { service: 'logs', name: logGroupName, arn: `${arnOf('logs', logGroupName)}:*` };
    if (target !== undefined) await allowInvoke(applying, target, from);
    // Only streams are written to in a role.
    const role = target === undefined ? { roleArn: arnOf('iam', DEFAULT_ROLE) } : {};
    await call('logs', 'PutSubscriptionFilter', { logGroupName, filterName, filterPattern, destinationArn, ...role });
  }
  return combine(changes);
}

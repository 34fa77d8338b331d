import { isDeepStrictEqual } from 'node:util';
import type {
  ScheduleDeclaration,
  ScheduleGroupDeclaration,
  ScheduleTargetDeclaration,
} from '../../declarations/schedule.ts';
import { applyTags, tagList } from '../apply-tags.ts';
import { type Applying, type Change, DEFAULT_ROLE, orAbsent, withoutAbsent } from '../applying.ts';
import { existingArn } from '../existing-arn.ts';
import { inputText, targetArn } from '../target-arn.ts';

type Members = Readonly<Record<string, unknown>>;

/** Makes the group; nothing of it can be changed but its tags. */
export async function applyScheduleGroup(
  applying: Applying,
  Name: string,
  { tags }: ScheduleGroupDeclaration,
): Promise<Change> {
  const { call } = applying;
  const found = await orAbsent(call('scheduler', 'GetScheduleGroup', { Name }));
  if (found) return (await applyTags(applying, 'scheduler', String(found['Arn']), tags)) ? 'updated' : 'unchanged';
  await call('scheduler', 'CreateScheduleGroup', withoutAbsent({ Name, Tags: tags && tagList(tags) }));
  return 'created';
}

/** Makes the schedule, or updates it: what it says is then all that it says. */
export async function applySchedule(applying: Applying, Name: string, declared: ScheduleDeclaration): Promise<Change> {
  const { call } = applying;
  const GroupName = declared.group ?? 'default';
  const wanted = await membersOf(applying, declared);
  const found = await orAbsent(call('scheduler', 'GetSchedule', { Name, GroupName }));
  if (found && isLike(found, wanted)) return 'unchanged';
  await call('scheduler', found ? 'UpdateSchedule' : 'CreateSchedule', { Name, GroupName, ...wanted });
  return found ? 'updated' : 'created';
}

async function membersOf(applying: Applying, declared: ScheduleDeclaration): Promise<Members> {
  const { maximumWindowInMinutes: minutes, startDate, endDate, enabled = true } = declared;
  return withoutAbsent({
    ScheduleExpression: declared.scheduleExpression,
    ScheduleExpressionTimezone: declared.scheduleExpressionTimezone,
    FlexibleTimeWindow: minutes ? { Mode: 'FLEXIBLE', MaximumWindowInMinutes: minutes } : { Mode: 'OFF' },
    StartDate: startDate && new Date(startDate),
    EndDate: endDate && new Date(endDate),
    Description: declared.description,
    State: enabled ? 'ENABLED' : 'DISABLED',
    ActionAfterCompletion: declared.actionAfterCompletion,
    Target: await targetOf(applying, declared.target),
  });
}

async function targetOf(applying: Applying, declared: ScheduleTargetDeclaration): Promise<Members> {
  const { role = DEFAULT_ROLE, input, retryPolicy, deadLetterTarget, messageGroupId, partitionKey } = declared;
  const { source, detailType } = declared;
  const { arnOf } = applying;
  return withoutAbsent({
    Arn: await targetArn(applying, declared),
    RoleArn: arnOf('iam', role),
    Input: inputText(input),
    SqsParameters: messageGroupId && { MessageGroupId: messageGroupId },
    KinesisParameters: partitionKey && { PartitionKey: partitionKey },
    EventBridgeParameters: source && { Source: source, DetailType: detailType },
    RetryPolicy:
      retryPolicy &&
      withoutAbsent({
        MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
        MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
      }),
    DeadLetterConfig: deadLetterTarget && { Arn: await existingArn(applying, 'sqs', deadLetterTarget) },
  });
}

/** What is not declared has AWS's defaults in it, also within the target. */
function isLike(found: Members, wanted: Members): boolean {
  return Object.entries(wanted).every(([member, value]) => {
    const present = found[member];
    if (!isMembers(value) || !isMembers(present)) return isDeepStrictEqual(present, value);
    return isLike(present, value);
  });
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

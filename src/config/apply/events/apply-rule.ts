import { isDeepStrictEqual } from 'node:util';
import { formatArn } from '../../../core/arn.ts';
import { ServiceError } from '../../../core/errors.ts';
import type { RuleDeclaration, RuleTargetDeclaration } from '../../declarations/rule.ts';
import { allowInvoke } from '../allow-invoke.ts';
import { applyTags, tagList } from '../apply-tags.ts';
import { type Applying, type Change, DEFAULT_ROLE, orAbsent, sameText, withoutAbsent } from '../applying.ts';
import { existingArn } from '../existing-arn.ts';
import { inputText, targetArn } from '../target-arn.ts';

type Members = Readonly<Record<string, unknown>>;

/** Makes the rule with its targets, or brings in line what differs. */
export async function applyRule(applying: Applying, Name: string, declared: RuleDeclaration): Promise<Change> {
  const { call, arnOf } = applying;
  const EventBusName = declared.eventBus ?? 'default';
  const { tags } = declared;
  const wanted = membersOf(declared);
  const found = await orAbsent(call('events', 'DescribeRule', { Name, EventBusName }));
  const differs = found !== undefined && !isLike(found, wanted);
  if (!found) {
    await call('events', 'PutRule', withoutAbsent({ Name, EventBusName, ...wanted, Tags: tags && tagList(tags) }));
  } else if (differs) await call('events', 'PutRule', { Name, EventBusName, ...wanted });
  const arn = ruleArn(arnOf('events', EventBusName), Name);
  const retagged = found !== undefined && (await applyTags(applying, 'events', arn, tags));
  for (const { function: target } of declared.targets ?? []) {
    if (target !== undefined) await allowInvoke(applying, target, { service: 'events', name: Name, arn });
  }
  const retargeted = await setTargets(applying, Name, EventBusName, declared.targets);
  if (!found) return 'created';
  return differs || retagged || retargeted ? 'updated' : 'unchanged';
}

/** `arn:…:event-bus/shop` → `arn:…:rule/shop/orders`; the default bus is not named. */
function ruleArn(busArn: string, name: string): string {
  const [, , service = '', region = '', account = '', resource = ''] = busArn.split(':');
  const bus = resource.replace('event-bus/', '');
  return formatArn({ service, region, account, resource: bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}` });
}

function membersOf({ eventPattern, scheduleExpression, description, enabled = true }: RuleDeclaration): Members {
  return withoutAbsent({
    EventPattern: eventPattern && JSON.stringify(eventPattern),
    ScheduleExpression: scheduleExpression,
    Description: description,
    State: enabled ? 'ENABLED' : 'DISABLED',
  });
}

const isLike = (found: Members, wanted: Members) =>
  Object.entries(wanted).every(([member, value]) => sameText(found[member] as string | undefined, String(value)));

/** All of a declared rule's targets are declared: others are taken off. */
async function setTargets(
  applying: Applying,
  Rule: string,
  EventBusName: string,
  targets: RuleDeclaration['targets'],
): Promise<boolean> {
  if (!targets) return false;
  const { call } = applying;
  const wanted = await Promise.all(targets.map((each, index) => targetOf(applying, each, index)));
  const { Targets = [] } = await call('events', 'ListTargetsByRule', { Rule, EventBusName });
  const present = new Map((Targets as readonly Members[]).map((each) => [each['Id'], each]));
  const differing = wanted.filter((each) => !isDeepStrictEqual(plain(present.get(each['Id'])), plain(each)));
  const left = [...present.keys()].filter((id) => !wanted.some((each) => each['Id'] === id));
  if (left.length > 0) refuseFailed(await call('events', 'RemoveTargets', { Rule, EventBusName, Ids: left }));
  if (differing.length > 0)
    refuseFailed(await call('events', 'PutTargets', { Rule, EventBusName, Targets: differing }));
  return left.length + differing.length > 0;
}

const plain = (value: unknown): unknown => value && JSON.parse(JSON.stringify(value));

async function targetOf(applying: Applying, declared: RuleTargetDeclaration, index: number): Promise<Members> {
  const { inputTransformer, retryPolicy, deadLetterTarget, messageGroupId, partitionKeyPath } = declared;
  // Functions, queues, topics and log groups let rules in by policies of their own.
  const needsRole = declared.stream !== undefined || declared.eventBus !== undefined;
  const { role = needsRole ? DEFAULT_ROLE : undefined } = declared;
  const Arn = await targetArn(applying, declared);
  const { id = `${Arn.split(/[:/]/).at(-1)}-${index}` } = declared;
  const { arnOf } = applying;
  return withoutAbsent({
    Id: id.replaceAll(/[^.\w-]/g, '-').slice(-64),
    Arn,
    RoleArn: role && arnOf('iam', role),
    Input: inputText(declared.input),
    InputPath: declared.inputPath,
    InputTransformer: inputTransformer && {
      ...(inputTransformer.inputPathsMap ? { InputPathsMap: inputTransformer.inputPathsMap } : {}),
      InputTemplate: inputTransformer.inputTemplate,
    },
    SqsParameters: messageGroupId && { MessageGroupId: messageGroupId },
    KinesisParameters: partitionKeyPath && { PartitionKeyPath: partitionKeyPath },
    RetryPolicy: retryPolicy && {
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
    },
    DeadLetterConfig: deadLetterTarget && { Arn: await existingArn(applying, 'sqs', deadLetterTarget) },
  });
}

/** EventBridge answers each target that it refuses in a list. */
function refuseFailed({ FailedEntries = [] }: Members): void {
  const [failed] = FailedEntries as readonly { ErrorCode: string; ErrorMessage: string; TargetId: string }[];
  if (failed) throw new ServiceError(failed.ErrorCode, `Target ${failed.TargetId}: ${failed.ErrorMessage}`);
}

import { isDeepStrictEqual } from 'node:util';
import type { BucketDeclaration, NotificationDeclaration } from '../declaration.ts';
import { allowInvoke } from './allow-invoke.ts';
import { type Applying, type Change, orAbsent } from './applying.ts';
import { existingArn } from './existing-arn.ts';

/** Makes the bucket, and turns versioning on or off. */
export async function applyBucket({ call }: Applying, name: string, declared: BucketDeclaration): Promise<Change> {
  const isThere = (await orAbsent(call('s3', 'HeadBucket', { Bucket: name }))) !== undefined;
  if (!isThere) await call('s3', 'CreateBucket', { Bucket: name });
  const versioned = await setVersioning(call, name, declared.versioning);
  if (!isThere) return 'created';
  return versioned ? 'updated' : 'unchanged';
}

async function setVersioning(call: Applying['call'], Bucket: string, wanted: boolean | undefined): Promise<boolean> {
  if (wanted === undefined) return false;
  const { Status } = await call('s3', 'GetBucketVersioning', { Bucket });
  // A bucket that never was versioned has no status; it can be suspended only after it was enabled.
  if (wanted ? Status === 'Enabled' : Status !== 'Enabled') return false;
  const VersioningConfiguration = { Status: wanted ? 'Enabled' : 'Suspended' };
  await call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration });
  return true;
}

/** Says where the bucket's changes go, and lets it invoke the functions among them. */
export async function applyNotifications(
  applying: Applying,
  name: string,
  { notifications, eventBridge }: BucketDeclaration,
): Promise<Change> {
  if (!notifications && eventBridge === undefined) return 'unchanged';
  const { call, arnOf } = applying;
  const from = { service: 's3', name, arn: arnOf('s3', name) };
  // As AWS does, our S3 asks for the function's permission before it takes a notification to it.
  for (const { function: target } of notifications ?? []) if (target) await allowInvoke(applying, target, from);
  for (const { queue, topic } of notifications ?? []) {
    if (queue) await existingArn(applying, 'sqs', queue);
    if (topic) await existingArn(applying, 'sns', topic);
  }
  const wanted = {
    LambdaFunctionConfigurations: rules(notifications, ({ function: target }) =>
      withArn('LambdaFunctionArn', target && arnOf('lambda', target)),
    ),
    QueueConfigurations: rules(notifications, ({ queue }) => withArn('QueueArn', queue && arnOf('sqs', queue))),
    TopicConfigurations: rules(notifications, ({ topic }) => withArn('TopicArn', topic && arnOf('sns', topic))),
    ...(eventBridge ? { EventBridgeConfiguration: {} } : {}),
  };
  const present = await call('s3', 'GetBucketNotificationConfiguration', { Bucket: name });
  if (isDeepStrictEqual(comparable(present), comparable(wanted))) return 'unchanged';
  await call('s3', 'PutBucketNotificationConfiguration', { Bucket: name, NotificationConfiguration: wanted });
  return 'updated';
}

type Arn = Readonly<Record<string, string>>;
const withArn = (member: string, arn: string | undefined): Arn | undefined => (arn ? { [member]: arn } : undefined);

/** The rules of those that go to one kind of target. */
const rules = (
  declared: readonly NotificationDeclaration[] = [],
  targetOf: (each: NotificationDeclaration) => Arn | undefined,
): readonly object[] => declared.filter(targetOf).map((each, index) => ({ ...targetOf(each), ...rule(each, index) }));

function rule(declared: NotificationDeclaration, index: number): Record<string, unknown> {
  const { events, prefix, suffix } = declared;
  const { id = `${declared.function ?? declared.queue ?? declared.topic}-${index}` } = declared;
  const FilterRules = [
    ...(prefix === undefined ? [] : [{ Name: 'prefix', Value: prefix }]),
    ...(suffix === undefined ? [] : [{ Name: 'suffix', Value: suffix }]),
  ];
  const filter = FilterRules.length === 0 ? {} : { Filter: { Key: { FilterRules } } };
  return { Id: id, Events: [...events], ...filter };
}

/** Filter rules come back as `Prefix` and `Suffix`, empty lists not at all. */
function comparable(present: Record<string, unknown>): unknown {
  const both = {
    LambdaFunctionConfigurations: present['LambdaFunctionConfigurations'] ?? [],
    QueueConfigurations: present['QueueConfigurations'] ?? [],
    TopicConfigurations: present['TopicConfigurations'] ?? [],
    EventBridgeConfiguration: present['EventBridgeConfiguration'],
  };
  return JSON.parse(JSON.stringify(both, (key, value) => (key === 'Name' ? String(value).toLowerCase() : value)));
}

import { isDeepStrictEqual } from 'node:util';
import type { BucketDeclaration, NotificationDeclaration } from '../declaration.ts';
import { type Applying, type Change, orAbsent } from './applying.ts';

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
  { notifications }: BucketDeclaration,
): Promise<Change> {
  if (!notifications) return 'unchanged';
  const { call } = applying;
  for (const { function: target } of notifications) if (target) await allowInvoke(applying, name, target);
  const wanted = {
    LambdaFunctionConfigurations: notifications.filter(toFunction).map((each, index) => ({
      LambdaFunctionArn: applying.arnOf('lambda', each.function ?? ''),
      ...rule(each, index),
    })),
    QueueConfigurations: notifications.filter(toQueue).map((each, index) => ({
      QueueArn: applying.arnOf('sqs', each.queue ?? ''),
      ...rule(each, index),
    })),
  };
  const present = await call('s3', 'GetBucketNotificationConfiguration', { Bucket: name });
  if (isDeepStrictEqual(comparable(present), comparable(wanted))) return 'unchanged';
  await call('s3', 'PutBucketNotificationConfiguration', { Bucket: name, NotificationConfiguration: wanted });
  return 'updated';
}

const toFunction = (each: NotificationDeclaration) => each.function !== undefined;
const toQueue = (each: NotificationDeclaration) => each.queue !== undefined;

function rule(declared: NotificationDeclaration, index: number): Record<string, unknown> {
  const { events, prefix, suffix, id = `${declared.function ?? declared.queue}-${index}` } = declared;
  const FilterRules = [
    ...(prefix === undefined ? [] : [{ Name: 'prefix', Value: prefix }]),
    ...(suffix === undefined ? [] : [{ Name: 'suffix', Value: suffix }]),
  ];
  const filter = FilterRules.length === 0 ? {} : { Filter: { Key: { FilterRules } } };
  return { Id: id, Events: [...events], ...filter };
}

/** Filter rules come back as `Prefix` and `Suffix`, empty lists not at all. */
function comparable({ LambdaFunctionConfigurations, QueueConfigurations }: Record<string, unknown>): unknown {
  const both = {
    LambdaFunctionConfigurations: LambdaFunctionConfigurations ?? [],
    QueueConfigurations: QueueConfigurations ?? [],
  };
  return JSON.parse(JSON.stringify(both, (key, value) => (key === 'Name' ? String(value).toLowerCase() : value)));
}

/** As AWS does, our S3 asks for the function's permission before it takes a notification to it. */
async function allowInvoke({ call, arnOf, account }: Applying, bucket: string, target: string): Promise<void> {
  const FunctionName = arnOf('lambda', target);
  const StatementId = `headwater-${bucket.replaceAll('.', '_')}`;
  const { Policy = '{}' } = (await orAbsent(call('lambda', 'GetPolicy', { FunctionName }))) ?? {};
  const { Statement = [] } = JSON.parse(String(Policy)) as { Statement?: readonly { Sid?: string }[] };
  if (Statement.some(({ Sid }) => Sid === StatementId)) return;
  await call('lambda', 'AddPermission', {
    FunctionName,
    StatementId,
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    SourceArn: arnOf('s3', bucket),
    SourceAccount: account,
  });
}

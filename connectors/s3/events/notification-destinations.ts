import { asArn, parseArn } from '../../../src/core/arn.ts';
import { deliverTo } from '../../../src/core/delivery/deliver-to.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import { S3_SUBJECT } from '../../../src/core/records/s3-event.ts';
import { type Bucket, bucketArn } from '../bucket/buckets.ts';
import { invalidArgument } from '../errors.ts';
import type { S3 } from '../service.ts';
import type { Rule } from './notification-configuration.ts';

const PRINCIPAL = 's3.amazonaws.com';

interface Refused {
  readonly name: string;
  readonly reason: string;
}

/**
 * Refuses destinations whose service does not exist here, whether or not the client wants them checked: what can never be
 * delivered is not accepted.
 */
export function checkServices(s3: S3, rules: readonly Rule[], wantsEventBridge: boolean, bucket: Bucket): void {
  const refused = rules.flatMap(({ arn, kind }) =>
    kind === 'CloudFunction' || s3.targets.find(asArn(arn)) ? [] : { name: arn, reason: notHere(arn) },
  );
  const bus = asArn(`arn:aws:events:${bucket.region}:${bucket.account}:event-bus/default`);
  if (wantsEventBridge && !s3.targets.find(bus)) refused.push({ name: 'EventBridge', reason: notHere(bus) });
  if (refused.length > 0) throw unableToValidate(refused);
}

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  sns: 'Amazon SNS',
  events: 'Amazon EventBridge',
  sqs: 'Amazon SQS',
};

function notHere(arn: string): string {
  const service = parseArn(arn)?.service ?? '';
  return `${SERVICE_NAMES[service] ?? service} is not available in this version of Headwater`;
}

/** Refuses destinations that are missing or do not let S3 in. */
export async function checkDestinations(s3: S3, rules: readonly Rule[], bucket: Bucket): Promise<void> {
  for (const { arn, kind } of rules) {
    if (parseArn(arn)?.region === bucket.region) continue;
    throw invalidArgument(
      'The notification destination service region is not valid for the bucket location constraint',
      {
        ArgumentName: kind,
        ArgumentValue: arn,
      },
    );
  }
  const checked = await Promise.all(rules.map((rule) => checkDestination(s3, rule, bucket)));
  const refused = checked.filter((each) => each !== undefined);
  if (refused.length > 0) throw unableToValidate(refused);
}

async function checkDestination(s3: S3, { arn, kind }: Rule, bucket: Bucket): Promise<Refused | undefined> {
  const request = { principal: PRINCIPAL, sourceArn: asArn(bucketArn(bucket.name)), sourceAccount: bucket.account };
  if (kind === 'CloudFunction') {
    if (await s3.functions.allowsInvoke(asArn(arn), request)) return undefined;
    return { name: `${arn}, null`, reason: `Not authorized to invoke function [${arn}]` };
  }
  const what = kind.toLowerCase();
  const description = await s3.targets.find(asArn(arn))?.describe(asArn(arn));
  if (!description) return { name: arn, reason: `The destination ${what} does not exist` };
  if (description.fifo) {
    return { name: arn, reason: `FIFO ${kind === 'Queue' ? 'SQS queues' : 'SNS topics'} are not supported.` };
  }
  if (!s3.enforcePolicies || !description.allows || (await description.allows(request))) return undefined;
  return {
    name: arn,
    reason: `Permissions on the destination ${what} do not allow S3 to publish notifications from this bucket`,
  };
}

function unableToValidate(refused: readonly Refused[]) {
  const members = refused.flatMap(({ name, reason }, at) => [
    [`ArgumentName${at + 1}`, name],
    [`ArgumentValue${at + 1}`, reason],
  ]);
  return invalidArgument('Unable to validate the following destination configurations', Object.fromEntries(members));
}

/** Queues and topics get one message when they are configured; functions get none. */
export async function sendTestEvents(
  s3: S3,
  rules: readonly Rule[],
  bucket: Bucket,
  { requestId, hostId, signal, traceHeader }: RequestContext,
): Promise<void> {
  const event = {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(s3.clock.nowMs()).toISOString(),
    Bucket: bucket.name,
    RequestId: requestId,
    HostId: hostId ?? '',
  };
  const payload = Buffer.from(JSON.stringify(event));
  const arns = new Set(rules.flatMap(({ kind, arn }) => (kind === 'CloudFunction' ? [] : [arn])));
  for (const arn of arns) {
    const delivery = {
      ...{ payload, subject: S3_SUBJECT },
      principal: PRINCIPAL,
      sourceArn: asArn(bucketArn(bucket.name)),
      traceHeader,
      eventIds: [],
    };
    const outcome = await deliverTo(s3.targets, asArn(arn), delivery, signal);
    if (outcome.kind === 'refused') throw unableToValidate([{ name: arn, reason: outcome.message }]);
  }
}

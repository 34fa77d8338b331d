import type { Scope } from '../../src/core/arn.ts';
import { invalidAttributeValue, invalidValue } from './errors.ts';
import type { Queue } from './queue.ts';

const MAX_RECEIVE_COUNT = 1000;
const MAX_SOURCE_QUEUES = 10;
const NOT_A_MAP = 'Redrive policy is not a valid JSON map.';
const UNSUPPORTED_FORMAT = "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.";
const PERMISSIONS = ['allowAll', 'denyAll', 'byQueue'];

/**
 * Checks a redrive policy and returns it as AWS hands it out, with the count as a number whatever it came as.
 *
 * @param find looks up the dead-letter queue
 */
export async function checkRedrivePolicy(
  text: string,
  queue: Scope & { readonly arn: string; readonly fifo: boolean },
  find: (arn: string) => Promise<Queue | undefined>,
): Promise<string> {
  const policy = jsonMap(text);
  if (policy === undefined) throw invalidAttributeValue('RedrivePolicy', NOT_A_MAP);
  const refuse = (reason: string) => invalidValue(text, 'RedrivePolicy', reason);
  const missing = ['maxReceiveCount', 'deadLetterTargetArn'].find((name) => !(name in policy));
  if (missing) throw refuse(`Redrive policy does not contain mandatory attribute: ${missing}.`);
  if (Object.keys(policy).length > 2) {
    throw refuse('Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].');
  }
  const count = Number(policy['maxReceiveCount']);
  if (!Number.isInteger(count) || count < 1 || count > MAX_RECEIVE_COUNT) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${policy['maxReceiveCount']}, valid values are from 1 to ${MAX_RECEIVE_COUNT} both inclusive.`,
    );
  }
  const target = String(policy['deadLetterTargetArn']);
  const [, , service, region, account, name = ''] = target.split(':');
  if (service !== 'sqs') throw refuse('Only SQS queues are valid resources for deadLetterTargetArn.');
  if (region !== queue.region || account !== queue.account) {
    throw refuse('Dead-letter queue must be in the same account and Region as the source.');
  }
  if (name.endsWith('.fifo') !== queue.fifo) {
    throw refuse('Dead-letter queue must be same type of queue as the source..');
  }
  const deadLetters = await find(target);
  // A queue may name itself (recorded); one that is being created is not there yet.
  if (!deadLetters && target !== queue.arn) throw refuse('Dead letter target does not exist.');
  if (deadLetters && !allowsSource(deadLetters, queue.arn)) {
    throw refuse('The dead-letter queue’s redrive allow policy does not allow this source queue.');
  }
  return JSON.stringify({ deadLetterTargetArn: target, maxReceiveCount: count });
}

/** Checks a redrive allow policy; it is stored as it came. */
export function checkRedriveAllowPolicy(text: string): string {
  const policy = jsonMap(text);
  const unsupported = () => invalidAttributeValue('RedriveAllowPolicy', UNSUPPORTED_FORMAT);
  if (policy === undefined) throw unsupported();
  const { redrivePermission, sourceQueueArns, ...others } = policy;
  if (typeof redrivePermission !== 'string' || !PERMISSIONS.includes(redrivePermission)) throw unsupported();
  if (Object.keys(others).length > 0) throw unsupported();
  const refuse = (reason: string) =>
    invalidValue(text, 'RedriveAllowPolicy', `Amazon SQS can't create the redrive allow policy. ${reason}`);
  if (redrivePermission !== 'byQueue') {
    if (sourceQueueArns === undefined) return text;
    throw refuse('To specify one or more source queue ARNs, you must set redrivePermission to byQueue.');
  }
  if (sourceQueueArns === undefined || (Array.isArray(sourceQueueArns) && sourceQueueArns.length === 0)) {
    throw refuse(
      'When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.',
    );
  }
  if (!Array.isArray(sourceQueueArns) || sourceQueueArns.some((arn) => typeof arn !== 'string')) throw unsupported();
  if (sourceQueueArns.length > MAX_SOURCE_QUEUES) {
    throw refuse(`The maximum number of source queue ARNs you can specify is ${MAX_SOURCE_QUEUES}.`);
  }
  return text;
}

function allowsSource(deadLetters: Queue, sourceArn: string): boolean {
  const policy = jsonMap(deadLetters.attributes['RedriveAllowPolicy'] ?? '{}');
  if (policy?.['redrivePermission'] === 'denyAll') return false;
  if (policy?.['redrivePermission'] !== 'byQueue') return true;
  return (policy['sourceQueueArns'] as readonly string[]).includes(sourceArn);
}

/** The members of a JSON object; `undefined` when the text is none. */
export function jsonMap(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

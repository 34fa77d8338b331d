import { ServiceError } from '../../src/core/errors.ts';
import { invalidAttributeValue, unknownAttribute } from './errors.ts';
import { checkPolicy } from './policy.ts';
import { checkRedriveAllowPolicy } from './redrive-policy-check.ts';

/** No queue takes more. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Bounds of the numeric attributes, both inclusive, with their defaults. */
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const NUMBERS: Readonly<Record<string, { readonly min: number; readonly max: number; readonly initial: string }>> = {
  VisibilityTimeout: { min: 0, max: 43_200, initial: '30' },
  DelaySeconds: { min: 0, max: 900, initial: '0' },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, initial: '345600' },
  MaximumMessageSize: { min: 1024, max: MAX_MESSAGE_BYTES, initial: '1048576' },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, initial: '0' },
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400, initial: '300' },
};

const FIFO_ONLY = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];

/** Given an empty text they are removed. */
const REMOVABLE = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId'];

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

const BOOLEANS = ['FifoQueue', 'ContentBasedDeduplication', 'SqsManagedSseEnabled'];

/** The names of all attributes that can be set. */
export const settableAttributes: readonly string[] = [
  ...Object.keys(NUMBERS),
  ...FIFO_ONLY,
  ...REMOVABLE,
  'SqsManagedSseEnabled',
];

/** What a new queue has. */
export function initialAttributes(fifo: boolean): Readonly<Record<string, string>> {
  const numbers = Object.entries(NUMBERS).filter(([name]) => name !== 'KmsDataKeyReusePeriodSeconds');
  return {
    ...Object.fromEntries(numbers.map(([name, { initial }]) => [name, initial])),
    SqsManagedSseEnabled: 'true',
    ...(fifo
      ? {
          FifoQueue: 'true',
          ContentBasedDeduplication: 'false',
          DeduplicationScope: 'queue',
          FifoThroughputLimit: 'perQueue',
        }
      : {}),
  };
}

/**
 * The attributes after a change. Everything that can be told without looking at other queues is checked; the redrive
 * policy's target is the caller's to check.
 */
export function changeAttributes(
  current: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const fifo = current['FifoQueue'] === 'true';
  const given = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] != null);
  const checked = given.map(([name, value]) => [name, checkAttribute(name, String(value), fifo)] as const);
  const changed = Object.fromEntries(checked);
  const result = { ...current, ...changed, ...encryption(current, changed) };
  if (result['FifoThroughputLimit'] === 'perMessageGroupId' && result['DeduplicationScope'] !== 'messageGroup') {
    const message =
      'The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.';
    throw new ServiceError('InvalidAttributeValue', message);
  }
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== ''));
}

/** One attribute's value as it is stored: numbers and booleans in their usual form. */
export function checkAttribute(name: string, value: string, fifo: boolean): string {
  if (FIFO_ONLY.includes(name) && !fifo) throw notFifo(name);
  if (REMOVABLE.includes(name) && value === '') return value;
  const bounds = NUMBERS[name];
  if (bounds) {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < bounds.min || number > bounds.max) throw invalidAttributeValue(name);
    return String(number);
  }
  const text = BOOLEANS.includes(name) ? value.toLowerCase() : value;
  if (name === 'FifoQueue' && text !== 'true') {
    throw invalidAttributeValue(name, 'Modifying queue type is not supported.');
  }
  const choices = BOOLEANS.includes(name) ? ['true', 'false'] : CHOICES[name];
  if (choices) {
    if (!choices.includes(text)) throw invalidAttributeValue(name);
    return text;
  }
  if (name === 'Policy') return checkPolicy(value);
  if (name === 'RedriveAllowPolicy') return checkRedriveAllowPolicy(value);
  if (REMOVABLE.includes(name)) return value;
  throw unknownAttribute(name);
}

function notFifo(name: string): ServiceError {
  if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') return unknownAttribute(name);
  const message = `You can specify the ${name} only when FifoQueue is set to true.`;
  return new ServiceError('InvalidAttributeName', message);
}

/** A queue is encrypted one way at a time: with a key of KMS, or with SQS's own. */
function encryption(
  current: Readonly<Record<string, string>>,
  changed: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const key = changed['KmsMasterKeyId'];
  if (key && changed['SqsManagedSseEnabled'] === 'true') {
    const message =
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.';
    throw new ServiceError('InvalidAttributeName', message);
  }
  if (key) {
    const period = changed['KmsDataKeyReusePeriodSeconds'] ?? current['KmsDataKeyReusePeriodSeconds'] ?? '300';
    return { SqsManagedSseEnabled: 'false', KmsDataKeyReusePeriodSeconds: period };
  }
  if (key === '') return { KmsDataKeyReusePeriodSeconds: '' };
  if (changed['SqsManagedSseEnabled'] === 'true') return { KmsMasterKeyId: '', KmsDataKeyReusePeriodSeconds: '' };
  return {};
}

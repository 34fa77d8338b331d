import { ServiceError } from '../../../src/core/errors.ts';
import { checksByName } from '../attribute-checks.ts';
import { invalidParameter, unsupported } from '../errors.ts';
import { checkTopicPolicy } from './delivery-policy-check.ts';
import { checkPolicy } from './policy.ts';

/** What a topic begins with. */
export type TopicAttributes = Readonly<Record<string, string>>;

const MAX_DISPLAY_NAME = 100;
/** https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
const MESSAGE_BYTES = { min: 1024, max: 1_048_576 };
/** What a message may come to where nobody says otherwise. */
export const STANDARD_MESSAGE_BYTES = 262_144;
const FEEDBACK =
  /^(HTTP|Lambda|SQS|Firehose|Application)(SuccessFeedbackRoleArn|FailureFeedbackRoleArn|SuccessFeedbackSampleRate)$/;

type Check = (value: string, name: string) => void;

const oneOf =
  (...values: readonly string[]): Check =>
  (value, name) => {
    if (!values.includes(value)) throw invalidParameter(`${name} Reason: must be one of ${values.join(', ')}`);
  };

const checkFlag = oneOf('true', 'false');
const PERCENT = 100;
const checkNothing: Check = () => {};

/** Each attribute with what its value may be. */
const CHECKS = checksByName<Check>({
  DisplayName(value) {
    if (value.length > MAX_DISPLAY_NAME) throw invalidParameter('DisplayName');
  },
  Policy: checkPolicy,
  DeliveryPolicy: checkTopicPolicy,
  KmsMasterKeyId: checkNothing,
  SignatureVersion: oneOf('1', '2'),
  TracingConfig: oneOf('PassThrough', 'Active'),
  MaximumMessageSize(value, name) {
    const bytes = Number(value);
    if (/^\d+$/.test(value) && bytes >= MESSAGE_BYTES.min && bytes <= MESSAGE_BYTES.max) return;
    throw invalidParameter(`${name} Reason: must be an integer between ${MESSAGE_BYTES.min} and ${MESSAGE_BYTES.max}`);
  },
});
const FIFO_CHECKS = checksByName<Check>({
  ContentBasedDeduplication: checkFlag,
  FifoThroughputScope: oneOf('Topic', 'MessageGroup'),
});
/** Attributes that AWS has and Headwater does nothing about. */
const UNSUPPORTED = new Set(['ArchivePolicy', 'DataProtectionPolicy']);

/** Checks the attributes of a new topic. */
export function checkNewAttributes(name: string, given: Readonly<Record<string, string | undefined>>): TopicAttributes {
  const entries = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { FifoTopic, ...others } = Object.fromEntries(entries);
  if (FifoTopic !== undefined) checkFlag(FifoTopic, 'FifoTopic');
  const fifo = FifoTopic === 'true';
  checkName(name, fifo);
  for (const [attribute, value] of Object.entries(others)) {
    inCreation(attribute, () => checkAttribute(attribute, value, fifo));
  }
  // That it is none goes without saying: AWS does not show it (recorded).
  return {
    ...others,
    ...(fifo && { FifoTopic: 'true', ContentBasedDeduplication: others['ContentBasedDeduplication'] ?? 'false' }),
  };
}

/** Checks one attribute of a topic that there is. Its type cannot be changed (recorded). */
export function checkAttribute(name: string | undefined, value: string, fifo: boolean): void {
  if (name === undefined || name === 'FifoTopic') throw invalidParameter('AttributeName');
  if (UNSUPPORTED.has(name)) throw unsupported(`the topic attribute ${name}`);
  const check = CHECKS.get(name) ?? (fifo ? FIFO_CHECKS.get(name) : undefined) ?? feedbackCheck(name);
  if (!check) throw invalidParameter('AttributeName');
  check(value, name);
}

function feedbackCheck(name: string): Check | undefined {
  if (!FEEDBACK.test(name)) return undefined;
  if (!name.endsWith('SampleRate')) return checkNothing;
  return (value) => {
    if (/^\d{1,3}$/.test(value) && Number(value) <= PERCENT) return;
    throw invalidParameter(`${name} Reason: must be an integer between 0 and ${PERCENT}`);
  };
}

/** How large a message may be, its attributes included. */
export const maximumMessageBytes = (attributes: TopicAttributes): number =>
  Number(attributes['MaximumMessageSize'] ?? STANDARD_MESSAGE_BYTES);

/** Says of an unknown attribute that it is one of several that were given. */
function inCreation(attribute: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    const unknown = error instanceof ServiceError && error.message === 'Invalid parameter: AttributeName';
    throw unknown ? invalidParameter(`Attributes Reason: Unknown attribute ${attribute}`) : error;
  }
}

const FIFO_NAME =
  'Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.';
const MAX_NAME = 256;

function checkName(name: string, fifo: boolean): void {
  const body = fifo ? name.replace(/\.fifo$/, '') : name;
  const fits = /^[\w-]+$/.test(body) && name.length <= MAX_NAME && name.endsWith('.fifo') === fifo;
  if (!fits) throw invalidParameter(fifo ? FIFO_NAME : 'Topic Name');
}

import { jsonFault } from '../../../src/core/json/json-fault.ts';
import { invalidParameter } from '../errors.ts';
import { DEFAULT_PHASES, DEFAULT_REQUEST, type Members, member, type RetryPhases } from './delivery-policy.ts';

/** What numbers may be. https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const BOUNDS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  minDelayTarget: [1, 3600],
  maxDelayTarget: [1, 3600],
  numRetries: [0, 100],
  numMaxDelayRetries: [0, 100],
  numNoDelayRetries: [0, 100],
  numMinDelayRetries: [0, 100],
};
const MAX_TOTAL_SECONDS = 3600;
const OF_TOPIC: Shape = {
  phases: 'defaultHealthyRetryPolicy',
  throttle: 'defaultThrottlePolicy',
  request: 'defaultRequestPolicy',
  flag: 'disableSubscriptionOverrides',
  members: [
    'defaultHealthyRetryPolicy',
    'defaultSicklyRetryPolicy',
    'defaultThrottlePolicy',
    'defaultRequestPolicy',
    'disableSubscriptionOverrides',
  ],
};
const OF_SUBSCRIPTION: Shape = {
  phases: 'healthyRetryPolicy',
  throttle: 'throttlePolicy',
  request: 'requestPolicy',
  flag: 'guaranteed',
  members: ['healthyRetryPolicy', 'sicklyRetryPolicy', 'throttlePolicy', 'requestPolicy', 'guaranteed'],
};

interface Shape {
  readonly phases: string;
  readonly throttle: string;
  readonly request: string;
  readonly flag: string;
  readonly members: readonly string[];
}

/** Checks the delivery policy of a topic; empty text takes it away. */
export function checkTopicPolicy(text: string): void {
  if (text === '') return;
  const policy = checkedJson(text);
  refuseOthers(policy, ['http'], '');
  check(part(policy, 'http', ''), OF_TOPIC, 'http.');
}

/** Checks the delivery policy of a subscription; empty text takes it away. */
export function checkSubscriptionPolicy(text: string): void {
  if (text !== '') check(checkedJson(text), OF_SUBSCRIPTION, '');
}

function check(policy: Members, { phases, throttle, request, flag, members }: Shape, path: string): void {
  refuseOthers(policy, members, path);
  const given = part(policy, phases, path);
  refuseOthers(given, Object.keys(DEFAULT_PHASES), `${path}${phases}.`);
  checkPhases({ ...DEFAULT_PHASES, ...given }, `${path}${phases}`);
  checkThrottle(part(policy, throttle, path), `${path}${throttle}.`);
  checkRequest(part(policy, request, path), `${path}${request}.`);
  if (!['boolean', 'undefined'].includes(typeof policy[flag])) throw refused(`${path}${flag} must be true or false`);
}

function checkThrottle(given: Members, path: string): void {
  refuseOthers(given, ['maxReceivesPerSecond'], path);
  const { maxReceivesPerSecond: rate = 1 } = given;
  if (typeof rate === 'number' && rate >= 1) return;
  throw refused(`${path}maxReceivesPerSecond must be at least 1`);
}

const CONTENT_TYPE = /^(text|application)\/[\w.+-]+(; ?charset=[\w-]+)?$/i;

function checkRequest(given: Members, path: string): void {
  refuseOthers(given, ['headerContentType'], path);
  const { headerContentType: type = DEFAULT_REQUEST.headerContentType } = given;
  if (typeof type === 'string' && CONTENT_TYPE.test(type)) return;
  throw refused(`${path}headerContentType must be a content type of text or of an application`);
}

function checkPhases(phases: RetryPhases, path: string): void {
  for (const [name, [min, max]] of Object.entries(BOUNDS)) {
    const value: unknown = phases[name as keyof RetryPhases];
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) continue;
    throw refused(`${path}.${name} must be an integer between ${min} and ${max}`);
  }
  const { minDelayTarget, maxDelayTarget, numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } =
    phases;
  if (minDelayTarget > maxDelayTarget) {
    throw refused(`${path}.minDelayTarget must be less than or equal to maxDelayTarget`);
  }
  const planned = numNoDelayRetries + numMinDelayRetries + numMaxDelayRetries;
  if (planned > numRetries)
    throw refused(`${path}.numRetries must be greater than or equal to the retries of all phases`);
  if (!['linear', 'arithmetic', 'geometric', 'exponential'].includes(phases.backoffFunction)) {
    throw refused(`${path}.backoffFunction must be one of linear, arithmetic, geometric, exponential`);
  }
  if (numMinDelayRetries * minDelayTarget + numMaxDelayRetries * maxDelayTarget > MAX_TOTAL_SECONDS) {
    throw refused(`${path}: the total retry time must not exceed ${MAX_TOTAL_SECONDS} seconds`);
  }
}

function checkedJson(text: string): Members {
  const fault = jsonFault(Buffer.from(text));
  if (fault !== undefined) throw refused(`failed to parse JSON. ${fault}`);
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw refused('must be a JSON object');
}

/** A part that is an object, or not given at all, which is also said by `null`. */
function part(policy: Members, name: string, path: string): Members {
  const value = policy[name] ?? {};
  if (typeof value === 'object' && !Array.isArray(value)) return member(policy, name);
  throw refused(`${path}${name} must be a JSON object`);
}

function refuseOthers(policy: Members, known: readonly string[], path: string): void {
  const other = Object.keys(policy).find((name) => !known.includes(name));
  if (other !== undefined) throw refused(`${path}${other} is not a known member`);
}

const refused = (reason: string) => invalidParameter(`DeliveryPolicy: ${reason}`);

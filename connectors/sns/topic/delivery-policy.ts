import type { Json } from '../../../src/core/event.ts';
import { jsonFault } from '../../../src/core/json/json-fault.ts';
import { invalidParameter } from '../errors.ts';

/** How an HTTP(S) endpoint is tried again. https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
export interface RetryPhases {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: 'linear' | 'arithmetic' | 'geometric' | 'exponential';
}

/** A delivery policy as one subscription is treated by it. */
export interface DeliveryPolicy {
  readonly healthyRetryPolicy: RetryPhases;
  readonly throttlePolicy: { readonly maxReceivesPerSecond: number } | null;
  readonly requestPolicy: { readonly headerContentType: string };
}

/** In the order in which AWS shows them (recorded). */
const DEFAULT_PHASES: RetryPhases = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};
const DEFAULT_REQUEST = { headerContentType: 'text/plain; charset=UTF-8' };

/** The policy of a topic for all its HTTP(S) subscriptions, as `EffectiveDeliveryPolicy` shows it. */
export function effectiveTopicPolicy(text: string | undefined): Readonly<Record<string, unknown>> {
  const http = member(parse(text), 'http');
  const throttle = http['defaultThrottlePolicy'];
  return {
    http: {
      defaultHealthyRetryPolicy: { ...DEFAULT_PHASES, ...member(http, 'defaultHealthyRetryPolicy') },
      disableSubscriptionOverrides: http['disableSubscriptionOverrides'] ?? false,
      ...(throttle ? { defaultThrottlePolicy: throttle } : {}),
      defaultRequestPolicy: { ...DEFAULT_REQUEST, ...member(http, 'defaultRequestPolicy') },
    },
  };
}

/** What holds for a subscription: its own, unless the topic forbids it, else the topic's. */
export function effectivePolicy(ofTopic: string | undefined, ofSubscription: string | undefined): DeliveryPolicy {
  const http = member(parse(ofTopic), 'http');
  const own = http['disableSubscriptionOverrides'] === true ? {} : parse(ofSubscription);
  const phases = {
    ...DEFAULT_PHASES,
    ...member(http, 'defaultHealthyRetryPolicy'),
    ...member(own, 'healthyRetryPolicy'),
  };
  return {
    healthyRetryPolicy: phases,
    throttlePolicy: (own['throttlePolicy'] ??
      http['defaultThrottlePolicy'] ??
      null) as DeliveryPolicy['throttlePolicy'],
    requestPolicy: {
      ...DEFAULT_REQUEST,
      ...member(http, 'defaultRequestPolicy'),
      ...member(own, 'requestPolicy'),
    },
  };
}

type Members = Readonly<Record<string, Json>>;

function parse(text: string | undefined): Members {
  return text ? (JSON.parse(text) as Members) : {};
}

function member(of: Members, name: string): Members {
  const value = of[name];
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

/** What numbers may be, by the page above. */
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
  members: ['healthyRetryPolicy', 'sicklyRetryPolicy', 'throttlePolicy', 'requestPolicy', 'guaranteed'],
};

interface Shape {
  readonly phases: string;
  readonly throttle: string;
  readonly members: readonly string[];
}

/** Checks the delivery policy of a topic; empty text takes it away. */
export function checkTopicPolicy(text: string): void {
  if (text === '') return;
  const policy = checkedJson(text);
  refuseOthers(policy, ['http'], '');
  check(member(policy, 'http'), OF_TOPIC, 'http.');
}

/** Checks the delivery policy of a subscription; empty text takes it away. */
export function checkSubscriptionPolicy(text: string): void {
  if (text !== '') check(checkedJson(text), OF_SUBSCRIPTION, '');
}

function check(policy: Members, { phases, throttle, members }: Shape, path: string): void {
  refuseOthers(policy, members, path);
  const given = member(policy, phases);
  refuseOthers(given, Object.keys(DEFAULT_PHASES), `${path}${phases}.`);
  checkPhases({ ...DEFAULT_PHASES, ...given }, `${path}${phases}`);
  const rate = member(policy, throttle)['maxReceivesPerSecond'];
  if (rate !== undefined && !(typeof rate === 'number' && rate >= 1)) {
    throw refused(`${path}${throttle}.maxReceivesPerSecond must be at least 1`);
  }
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

function refuseOthers(policy: Members, known: readonly string[], path: string): void {
  const other = Object.keys(policy).find((name) => !known.includes(name));
  if (other !== undefined) throw refused(`${path}${other} is not a known member`);
}

const refused = (reason: string) => invalidParameter(`DeliveryPolicy: ${reason}`);

import type { Json } from '../../../src/core/event.ts';

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

/** What holds where nothing is said, in the order in which AWS shows it (recorded). */
export const DEFAULT_PHASES: RetryPhases = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};
/** What web servers are sent where nothing is said. */
export const DEFAULT_REQUEST = { headerContentType: 'text/plain; charset=UTF-8' };

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

/** The members of a policy or of a part of it. */
export type Members = Readonly<Record<string, Json>>;

function parse(text: string | undefined): Members {
  return text ? (JSON.parse(text) as Members) : {};
}

/** A part of a policy; empty where there is none. */
export function member(of: Members, name: string): Members {
  const value = of[name];
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

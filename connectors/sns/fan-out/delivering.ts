import {
  advanceDelivery,
  type DeliveryRules,
  type PendingDelivery,
} from '../../../src/core/delivery/pending-delivery.ts';
import type { TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import type { SnsService } from '../service.ts';
import { isHttp, type Subscription } from '../subscription/subscription.ts';
import { deadLetterArn } from '../subscription/subscription-attributes.ts';
import { type DeliveryPolicy, effectivePolicy } from '../topic/delivery-policy.ts';
import type { Topic } from '../topic/topic.ts';
import { type AttemptParts, attemptBurial, attemptDelivery, attemptLetter } from './attempt.ts';
import { tellDelivery } from './delivery-account.ts';
import { logDeliveryStatus } from './delivery-status.ts';
import type { HttpSender } from './http-sender.ts';
import type { OwedDelivery } from './owed-delivery.ts';
import { httpRetryDelayMs, managedRetryDelayMs } from './retry-delay.ts';
import { createThrottle } from './throttle.ts';

/** What is owed to a subscriber and how often it was tried. */
export type PendingNotification = PendingDelivery<OwedDelivery>;

type Notification = Extract<OwedDelivery, { kind: 'notification' }>;

/** Takes a delivery one step further. */
export type Deliver = (pending: PendingNotification, signal: AbortSignal) => Promise<TaskVerdict>;

/** What deliveries are made with. */
type DeliveringParts = Omit<SnsService, 'lanes'> & { readonly http: HttpSender };

const DONE: TaskVerdict = { kind: 'done' };

/** Deliveries by the rules of each subscription as it is at the time of the attempt. */
export function createDelivering(service: DeliveringParts): Deliver {
  const { clock } = service;
  const throttle = createThrottle(service.registry, clock);
  const letters = letterRules(service);
  return async (pending, signal) => {
    const { what } = pending;
    if (what.kind === 'letter') return await advanceDelivery(letters, clock, pending, signal);
    const subscription = await service.subscriptions.find(what.to);
    // Nobody wants it any more.
    if (!subscription) return DONE;
    const topic = await service.topics.find(subscription, subscription.topic);
    const policy = effectivePolicy(topic?.attributes['DeliveryPolicy'], subscription.attributes['DeliveryPolicy']);
    const rate = pending.givenUp || !isHttp(subscription) ? undefined : policy.throttlePolicy?.maxReceivesPerSecond;
    const turnAtMs = rate === undefined ? 0 : await throttle(subscription, rate);
    if (turnAtMs > clock.nowMs()) return { kind: 'again', data: pending, dueAtMs: turnAtMs };
    return await advanceDelivery(rulesFor(service, topic, subscription, policy), clock, pending, signal);
  };
}

function rulesFor(
  service: DeliveringParts,
  topic: Topic | undefined,
  subscription: Subscription,
  { healthyRetryPolicy, requestPolicy }: DeliveryPolicy,
): DeliveryRules<OwedDelivery> {
  const parts: AttemptParts = service;
  const publicationOf = ({ what }: PendingNotification) => (what as Notification).publication;
  const delayMs = (attempts: number) =>
    isHttp(subscription) ? httpRetryDelayMs(healthyRetryPolicy, attempts) : managedRetryDelayMs(attempts);
  return {
    attempt: (pending, signal) =>
      attemptDelivery(parts, publicationOf(pending), subscription, requestPolicy.headerContentType, signal),
    retry: ({ attempts }, nowMs) => retryAfter(delayMs(attempts), nowMs),
    async bury(pending, _givenUp, signal) {
      const arn = deadLetterArn(subscription);
      if (!arn) return { kind: 'accepted' };
      return await attemptBurial(parts, publicationOf(pending), subscription, arn, signal);
    },
    told(pending, step) {
      const publication = publicationOf(pending);
      tellDelivery(service, publication, subscription, step);
      const nowMs = service.clock.nowMs();
      if (topic) logDeliveryStatus(service, { topic, subscription, publication, pending, step, nowMs });
    },
  };
}

const LETTER_PHASES = effectivePolicy(undefined, undefined).healthyRetryPolicy;

/** A letter that does not arrive is gone: whoever wants it subscribes again. */
function letterRules(service: DeliveringParts): DeliveryRules<OwedDelivery> {
  const letterOf = ({ what }: PendingNotification) => what as Extract<OwedDelivery, { kind: 'letter' }>;
  return {
    async attempt(pending, signal) {
      const { letter, endpoint } = letterOf(pending);
      return await attemptLetter(service, letter, endpoint, signal);
    },
    retry: ({ attempts }, nowMs) => retryAfter(httpRetryDelayMs(LETTER_PHASES, attempts), nowMs),
    bury: async () => ({ kind: 'accepted' }),
    told(pending, step) {
      const { letter, endpoint } = letterOf(pending);
      service.journal.append({
        kind: step.kind === 'retry' ? 'retry' : 'delivery',
        what: `SNS ${letter.type} of ${letter.topicArn} → ${endpoint}: ${step.kind}`,
        eventIds: [letter.messageId],
        arn: letter.topicArn,
      });
    },
  };
}

function retryAfter(delayMs: number | undefined, nowMs: number): ReturnType<DeliveryRules<unknown>['retry']> {
  if (delayMs === undefined) return { kind: 'give-up', exhausted: 'MaximumRetryAttempts' };
  return { kind: 'retry', atMs: nowMs + delayMs };
}

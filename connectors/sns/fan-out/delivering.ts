import { buryIn } from '../../../src/core/delivery/deliver-to.ts';
import { deliveryEntry } from '../../../src/core/delivery/delivery-entry.ts';
import { deliverAtPace } from '../../../src/core/delivery/paced-delivery.ts';
import {
  advanceDelivery,
  type DeliveryRules,
  type PendingDelivery,
} from '../../../src/core/delivery/pending-delivery.ts';
import { createSharedPlaces } from '../../../src/core/delivery/shared-places.ts';
import type { TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import type { SnsService } from '../service.ts';
import { isHttp, type Subscription, shownEndpoint } from '../subscription/subscription.ts';
import { deadLetterArn } from '../subscription/subscription-attributes.ts';
import { type DeliveryPolicy, effectivePolicy } from '../topic/delivery-policy.ts';
import type { Topic } from '../topic/topic.ts';
import { type AttemptParts, attemptDelivery, attemptLetter, messageFor } from './attempt.ts';
import { tellDelivery } from './delivery-account.ts';
import { logDeliveryStatus } from './delivery-status.ts';
import type { HttpSender } from './http-sender.ts';
import type { OwedDelivery } from './owed-delivery.ts';
import { httpRetryDelayMs, managedRetryDelayMs } from './retry-delay.ts';
import { createThrottle } from './throttle.ts';

/** What is owed to a subscriber and how often it was tried. */
export type PendingNotification = PendingDelivery<OwedDelivery>;

type Notification = Extract<OwedDelivery, { kind: 'notification' }>;

/** Takes a delivery one step further, to its subscription as it is now. */
export type Deliver = (pending: PendingNotification, signal: AbortSignal) => Promise<TaskVerdict>;

/** A subscription and its topic as they are now. */
export interface Receiver {
  readonly subscription: Subscription;
  readonly topic: Topic | undefined;
}

/** Takes deliveries further. */
export interface Delivering {
  /** A letter, or a notification whose subscription has to be looked up. */
  readonly deliver: Deliver;
  /** A notification to a subscription that was looked up just now. */
  deliverTo(receiver: Receiver, pending: PendingNotification, signal: AbortSignal): Promise<TaskVerdict>;
}

/** What deliveries are made with. */
type DeliveringParts = Omit<SnsService, 'lanes'> & { readonly http: HttpSender };

const DONE: TaskVerdict = { kind: 'done' };

/** Deliveries by the rules of each subscription as it is at the time of the attempt. */
export function createDelivering(service: DeliveringParts): Delivering {
  const { clock, topics, subscriptions } = service;
  const throttle = createThrottle(service.registry, clock);
  const places = createSharedPlaces(clock);
  const letters = letterRules(service);
  const deliverTo: Delivering['deliverTo'] = async ({ subscription, topic }, pending, signal) => {
    const policy = effectivePolicy(topic?.attributes['DeliveryPolicy'], subscription.attributes['DeliveryPolicy']);
    const deliver = (step: PendingNotification) =>
      advanceDelivery(rulesFor(service, topic, subscription, policy), clock, step, signal);
    if (!isHttp(subscription)) return await deliver(pending);
    const rate = policy.throttlePolicy?.maxReceivesPerSecond;
    const server = {
      name: new URL(subscription.endpoint).host,
      nextTurn: async () => (rate === undefined ? undefined : await throttle(subscription, rate)),
    };
    return await deliverAtPace({ clock, places }, server, { ...pending, what: notificationOf(pending) }, deliver);
  };
  return {
    deliverTo,
    async deliver(pending, signal) {
      const { what } = pending;
      if (what.kind === 'letter') return await advanceDelivery(letters, clock, pending, signal);
      const { account, region, topic: name } = what.to;
      const [subscription, topic] = await Promise.all([
        subscriptions.find(what.to),
        topics.find({ account, region }, name),
      ]);
      // Nobody wants it any more.
      if (!subscription) return DONE;
      return await deliverTo({ subscription, topic }, pending, signal);
    },
  };
}

const notificationOf = ({ what }: PendingNotification) => what as Notification;

function rulesFor(
  service: DeliveringParts,
  topic: Topic | undefined,
  subscription: Subscription,
  { healthyRetryPolicy, requestPolicy }: DeliveryPolicy,
): DeliveryRules<OwedDelivery> {
  const parts: AttemptParts = service;
  const publicationOf = (pending: PendingNotification) => notificationOf(pending).publication;
  const delayMs = (attempts: number) =>
    isHttp(subscription) ? httpRetryDelayMs(healthyRetryPolicy, attempts) : managedRetryDelayMs(attempts);
  return {
    attempt: (pending, signal) =>
      attemptDelivery(parts, publicationOf(pending), subscription, requestPolicy.headerContentType, signal),
    retry: ({ attempts }, nowMs) => retryAfter(delayMs(attempts), nowMs),
    bury: (pending, _givenUp, signal) => {
      const letter = () => messageFor(parts, publicationOf(pending), subscription);
      return buryIn(parts.targets, deadLetterArn(subscription), letter, signal);
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
      const way = `SNS ${letter.type} of ${letter.topicArn} → ${shownEndpoint(endpoint)}`;
      service.journal.append(deliveryEntry({ way, receiver: letter.topicArn, eventIds: [letter.messageId] }, step));
    },
  };
}

function retryAfter(delayMs: number | undefined, nowMs: number): ReturnType<DeliveryRules<unknown>['retry']> {
  if (delayMs === undefined) return { kind: 'give-up', exhausted: 'MaximumRetryAttempts' };
  return { kind: 'retry', atMs: nowMs + delayMs };
}

import { AWAY_MS } from '../../../src/core/delivery/when-away.ts';
import { BackendUnavailable } from '../../../src/core/errors.ts';
import type { TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import type { Publication } from '../publish/publication.ts';
import type { SnsService } from '../service.ts';
import { isHttp, type Subscription, type SubscriptionName } from '../subscription/subscription.ts';
import type { Topic } from '../topic/topic.ts';
import type { Delivering, PendingNotification } from './delivering.ts';

/** What a topic owes to those whose filter let a message through, as its task stores it. */
export interface FanOut {
  readonly publication: Publication;
  /** Ids of subscriptions. */
  readonly to: readonly string[];
}

/** Queue of publications, one task each. */
export const PUBLICATIONS = 'sns-publications';
/** Queue of deliveries that are to be tried again. */
export const DELIVERIES = 'sns-deliveries';
/** Queue of deliveries to web servers, which may be slow: nobody else waits behind them. */
export const HTTP_DELIVERIES = 'sns-http-deliveries';

/** Where a delivery to this subscription waits. */
export const queueOf = (subscription: Pick<Subscription, 'protocol'>): string =>
  isHttp(subscription) ? HTTP_DELIVERIES : DELIVERIES;

/**
 * Brings a publication to all that it is for, side by side. What is refused for now becomes a task of its own, and so does
 * from the beginning what goes to a web server; only then is the publication done. When the process is killed meanwhile it is done again.
 */
export function createFanOut(
  service: Pick<SnsService, 'tasks' | 'topics' | 'subscriptions' | 'clock'>,
  { deliverTo }: Pick<Delivering, 'deliverTo'>,
) {
  const { tasks, topics, subscriptions, clock } = service;
  const bring = async (
    publication: Publication,
    to: SubscriptionName,
    topicRead: Promise<Topic | undefined>,
    signal: AbortSignal,
  ): Promise<void> => {
    const [subscription, topic] = await Promise.all([subscriptions.find(to), topicRead]);
    if (!subscription) return;
    const what = { kind: 'notification', publication, to } as const;
    const pending: PendingNotification = { what, acceptedAtMs: publication.atMs, attempts: 0 };
    const step: TaskVerdict = isHttp(subscription)
      ? { kind: 'again', data: pending, dueAtMs: clock.nowMs() }
      : await deliverTo({ subscription, topic }, pending, signal);
    if (step.kind === 'done') return;
    const id = `${publication.messageId}/${to.id}`;
    await tasks.add(queueOf(subscription), { id, data: step.data, dueAtMs: step.dueAtMs });
  };
  return async ({ publication, to }: FanOut, signal: AbortSignal): Promise<TaskVerdict> => {
    const { account, region, name } = publication.topic;
    const topicRead = topics.find({ account, region }, name);
    const left: string[] = [];
    const bringOne = async (id: string) => {
      await bring(publication, { account, region, topic: name, id }, topicRead, signal).catch((error: unknown) => {
        if (!(error instanceof BackendUnavailable)) throw error;
        left.push(id);
      });
    };
    await Promise.all(to.map(bringOne));
    if (left.length === 0) return { kind: 'done' };
    return { kind: 'again', data: { publication, to: left }, dueAtMs: clock.nowMs() + AWAY_MS };
  };
}

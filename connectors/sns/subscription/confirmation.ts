import type { ConfirmationLetter } from '../envelope/envelopes.ts';
import type { PendingNotification } from '../fan-out/delivering.ts';
import { queueOf } from '../fan-out/fan-out.ts';
import type { SnsService } from '../service.ts';
import type { Topic } from '../topic/topic.ts';
import { isHttp, type Subscription } from './subscription.ts';

/** Whether an endpoint says itself, by a token that it is sent, whether it wants the subscription. */
export const isAsked = (subscription: Subscription): boolean => isHttp(subscription) || subscription.protocol === 'sqs';

/** Sees to it that the endpoint is asked whether it wants the subscription, or told that it has ended. */
export async function sendLetter(
  { tokens, tasks, clock, random }: SnsService,
  topic: Topic,
  subscription: Subscription,
  type: ConfirmationLetter['type'],
): Promise<void> {
  const atMs = clock.nowMs();
  const letter: ConfirmationLetter = {
    ...{ type, atMs, messageId: random.uuid() },
    ...{ topicArn: topic.arn, subscriptionArn: subscription.arn },
    token: await tokens.issue(subscription),
    signatureVersion: topic.attributes['SignatureVersion'] === '2' ? '2' : '1',
  };
  const what = { kind: 'letter', letter, endpoint: subscription.endpoint } as const;
  const data: PendingNotification = { what, acceptedAtMs: atMs, attempts: 0 };
  await tasks.add(queueOf(subscription), { id: letter.messageId, data, dueAtMs: atMs });
}

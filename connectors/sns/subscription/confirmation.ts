import type { ConfirmationLetter } from '../envelope/envelopes.ts';
import type { PendingNotification } from '../fan-out/delivering.ts';
import { HTTP_DELIVERIES } from '../fan-out/fan-out.ts';
import type { SnsService } from '../service.ts';
import type { Topic } from '../topic/topic.ts';
import type { Subscription } from './subscription.ts';

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
  const what = { kind: 'letter', letter, url: subscription.endpoint } as const;
  const data: PendingNotification = { what, acceptedAtMs: atMs, attempts: 0 };
  await tasks.add(HTTP_DELIVERIES, { id: letter.messageId, data, dueAtMs: atMs });
}

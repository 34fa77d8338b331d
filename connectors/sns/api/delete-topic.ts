import type { DeleteTopicInput } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { topicOfArn } from '../arn-check.ts';
import { invalidParameter } from '../errors.ts';
import type { SnsService } from '../service.ts';
import { checkAccount } from '../topic/access.ts';
import { isFifo } from '../topic/topic.ts';

/** Deletes a topic and its subscriptions; deleting it again does nothing (recorded). */
export const deleteTopic: Operation<SnsService, DeleteTopicInput, object> = async (
  { topics, subscriptions, lanes },
  { TopicArn },
  context,
) => {
  const named = topicOfArn(TopicArn, 'TopicArn');
  if (named.region !== context.region) throw invalidParameter('TopicArn');
  const topic = await topics.find(named, named.name);
  if (!topic) return {};
  checkAccount(topic, context, 'DeleteTopic');
  await topics.remove(topic);
  await subscriptions.removeAll(topic);
  if (isFifo(topic)) await lanes.forget(topic);
  return {};
};

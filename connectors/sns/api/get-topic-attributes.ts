import type { GetTopicAttributesInput, GetTopicAttributesResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';
import { topicAttributes } from '../topic/topic-output.ts';

/** Everything about a topic. */
export const getTopicAttributes: Operation<SnsService, GetTopicAttributesInput, GetTopicAttributesResponse> = async (
  { topics, subscriptions },
  { TopicArn },
  context,
) => {
  const topic = await topics.of(TopicArn, context, 'GetTopicAttributes');
  return { Attributes: topicAttributes(topic, await subscriptions.of(topic)) };
};

import type { ListSubscriptionsByTopicInput, ListSubscriptionsByTopicResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { page } from '../pages.ts';
import type { SnsService } from '../service.ts';
import { subscriptionListing } from '../subscription/subscription-output.ts';

/** A topic's subscriptions. */
export const listSubscriptionsByTopic: Operation<
  SnsService,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse
> = async ({ topics, subscriptions }, { TopicArn, NextToken }, context) => {
  const topic = await topics.of(TopicArn, context, 'ListSubscriptionsByTopic');
  const { items, next } = page(await subscriptions.of(topic), NextToken);
  return { Subscriptions: items.map(subscriptionListing), ...(next && { NextToken: next }) };
};

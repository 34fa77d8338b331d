import type { ListTopicsInput, ListTopicsResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { page } from '../pages.ts';
import type { SnsService } from '../service.ts';

/** The account's topics in the region. */
export const listTopics: Operation<SnsService, ListTopicsInput, ListTopicsResponse> = async (
  { topics },
  { NextToken },
  context,
) => {
  const { items, next } = page(await topics.list(context), NextToken);
  return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...(next && { NextToken: next }) };
};

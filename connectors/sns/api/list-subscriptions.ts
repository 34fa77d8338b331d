import type { ListSubscriptionsInput, ListSubscriptionsResponse } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import { page } from '../pages.ts';
import type { SnsService } from '../service.ts';
import { subscriptionListing } from '../subscription/subscription-output.ts';

/** The account's subscriptions in the region. */
export const listSubscriptions: Operation<SnsService, ListSubscriptionsInput, ListSubscriptionsResponse> = async (
  { subscriptions },
  { NextToken },
  context,
) => {
  const { items, next } = page(await subscriptions.list(context), NextToken);
  return { Subscriptions: items.map(subscriptionListing), ...(next && { NextToken: next }) };
};

import { tokenPage } from '../../src/core/listing/token-page.ts';
import { validation } from './errors.ts';

/** How much of a list is wanted, and from where. */
export interface PageRequest {
  readonly Limit?: number | undefined;
  readonly NextToken?: string | undefined;
}

const MAX_LIMIT = 100;

/** One page of what is listed in the order of its names. */
export function page<Item>(
  all: readonly Item[],
  nameOf: (item: Item) => string,
  { Limit = MAX_LIMIT, NextToken }: PageRequest,
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const part = { list: 'events', token: NextToken, limit: Limit, refusal: invalidToken };
  const { items, next } = tokenPage(all, nameOf, part);
  return next === undefined ? { items } : { items, NextToken: next };
}

// Text unverified.
const invalidToken = () => validation('Parameter NextToken is not valid.');

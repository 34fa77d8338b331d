import { tokenPage } from '../../src/core/listing/token-page.ts';
import { invalid } from './errors.ts';

const MOST = 100;

/** One page of a list that is in the order of its keys. */
export function page<Item>(
  list: 'schedules' | 'groups',
  all: readonly Item[],
  keyOf: (item: Item) => string,
  {
    MaxResults = MOST,
    NextToken,
  }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: readonly Item[]; readonly end: { readonly NextToken?: string } } {
  const refusal = () => invalid('Invalid NextToken.');
  const part = { list, token: NextToken, limit: MaxResults, refusal };
  const { items, next } = tokenPage(all, keyOf, part);
  return { items, end: next === undefined ? {} : { NextToken: next } };
}

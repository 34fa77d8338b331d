import { tokenPage } from '../../core/listing/token-page.ts';
import { invalidToken } from './errors.ts';

/** AWS's default for lists. */
const DEFAULT_LIMIT = 50;

/** A page of a list and the token by which it goes on. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string | undefined;
}

/** One page of a list that is in the order of its keys, or in reverse. */
export function pageOf<Item>(
  list: string,
  all: readonly Item[],
  keyOf: (item: Item) => string,
  {
    nextToken,
    limit = DEFAULT_LIMIT,
    descending,
  }: {
    readonly nextToken?: string | undefined;
    readonly limit?: number | undefined;
    readonly descending?: boolean | undefined;
  },
): Page<Item> {
  const { items, next } = tokenPage(all, keyOf, { list, token: nextToken, limit, descending, refusal: invalidToken });
  return { items, nextToken: next };
}

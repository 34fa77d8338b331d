import { pageBehind } from './page-behind.ts';
import { keyInToken, pageToken } from './page-token.ts';

/** Which part of a list a request wants. */
export interface TokenPart {
  /** What is listed: a token of one list is no token of another. */
  readonly list: string;
  readonly token: string | undefined;
  readonly limit: number;
  readonly descending?: boolean | undefined;
  /** What says, in the service's words, that the token is none. */
  readonly refusal: () => Error;
}

/** A page, and the token of the next one where there is more. */
export interface TokenPage<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

/** One page of a list that is in the order of its keys, of which tokens stand for the last key that was handed out. */
export function tokenPage<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  { list, token, refusal, ...part }: TokenPart,
): TokenPage<Item> {
  const behind = token === undefined ? undefined : keyInToken(token, list);
  if (token !== undefined && behind === undefined) throw refusal();
  const { items, more } = pageBehind(all, keyOf, { ...part, behind });
  return more === undefined ? { items } : { items, next: pageToken(list, more) };
}

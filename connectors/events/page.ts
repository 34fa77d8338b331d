import { validation } from './errors.ts';

/** How much of a list is wanted, and from where. */
export interface PageRequest {
  readonly Limit?: number | undefined;
  readonly NextToken?: string | undefined;
}

const MAX_LIMIT = 100;

/**
 * One page of what is listed in the order of its names. The token stands for the last name that was handed out, so that
 * what is added or removed meanwhile disturbs nobody.
 */
export function page<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { Limit = MAX_LIMIT, NextToken }: PageRequest,
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const after = NextToken === undefined ? undefined : lastName(NextToken);
  const left = after === undefined ? items : items.filter((item) => nameOf(item) > after);
  const chosen = left.slice(0, Limit);
  const last = chosen.at(-1);
  return { items: chosen, ...(last && left.length > chosen.length && { NextToken: tokenOf(nameOf(last)) }) };
}

const MARK = 'after ';

const tokenOf = (name: string): string => Buffer.from(MARK + name).toString('base64');

function lastName(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  // Text unverified.
  if (!text.startsWith(MARK)) throw validation('Parameter NextToken is not valid.');
  return text.slice(MARK.length);
}

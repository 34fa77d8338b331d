import { invalidToken } from './errors.ts';

/** AWS's default for lists. */
const DEFAULT_LIMIT = 50;

/** A page of a list and the token by which it goes on. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string | undefined;
}

/**
 * One page of a list that is in its order. A token says of which list it is and behind which item it goes on; when that item
 * is gone, so is the token.
 */
export function pageOf<Item>(
  list: string,
  all: readonly Item[],
  keyOf: (item: Item) => string,
  {
    nextToken,
    limit = DEFAULT_LIMIT,
  }: { readonly nextToken?: string | undefined; readonly limit?: number | undefined },
): Page<Item> {
  const begin = nextToken === undefined ? 0 : indexBehind(list, all, keyOf, nextToken);
  const items = all.slice(begin, begin + limit);
  const last = items.at(-1);
  if (last === undefined || begin + limit >= all.length) return { items };
  return { items, nextToken: Buffer.from(JSON.stringify([list, keyOf(last)])).toString('base64') };
}

function indexBehind<Item>(list: string, all: readonly Item[], keyOf: (item: Item) => string, token: string): number {
  const [of, key] = parse(token);
  const index = of === list ? all.findIndex((item) => keyOf(item) === key) : -1;
  if (index < 0) throw invalidToken();
  return index + 1;
}

function parse(token: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

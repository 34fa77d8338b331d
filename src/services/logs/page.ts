import { invalidToken } from './errors.ts';

/** AWS's default for lists. */
const DEFAULT_LIMIT = 50;

/** A page of a list and the token by which it goes on. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string | undefined;
}

/**
 * One page of a list that is in the order of its keys, or in reverse. A token says of which list it is and behind which key it
 * goes on: that item may be gone, as clients remove what a page shows them before they ask for the next.
 */
export function pageOf<Item>(
  list: string,
  all: readonly Item[],
  keyOf: (item: Item) => string,
  {
    nextToken,
    limit = DEFAULT_LIMIT,
    descending = false,
  }: {
    readonly nextToken?: string | undefined;
    readonly limit?: number | undefined;
    readonly descending?: boolean | undefined;
  },
): Page<Item> {
  const last = nextToken === undefined ? undefined : keyIn(nextToken, list);
  const isBehind = (key: string) => last === undefined || (descending ? key < last : key > last);
  const begin = all.findIndex((item) => isBehind(keyOf(item)));
  if (begin < 0) return { items: [] };
  const items = all.slice(begin, begin + limit);
  const end = items.at(-1);
  if (end === undefined || begin + limit >= all.length) return { items };
  return { items, nextToken: Buffer.from(JSON.stringify([list, keyOf(end)])).toString('base64') };
}

/** The key that a token of this list holds. */
function keyIn(token: string, list: string): string {
  const [of, key] = parse(token);
  if (of !== list || typeof key !== 'string') throw invalidToken();
  return key;
}

function parse(token: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

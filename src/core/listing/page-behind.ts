/** Which part of a list is wanted. */
export interface Part {
  /** The last key that was handed out; absent for the first page. */
  readonly behind: string | undefined;
  readonly limit: number;
  readonly descending?: boolean | undefined;
}

/** A page, and the key by which the next one begins where there is more. */
export interface PageBehind<Item> {
  readonly items: readonly Item[];
  readonly more?: string | undefined;
}

/**
 * One page of a list that is in the order of its keys. It goes on behind a key, not behind an item or at a position: clients
 * remove what a page shows them before they ask for the next one, which must neither begin anew nor leave anything out.
 */
export function pageBehind<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  { behind, limit, descending = false }: Part,
): PageBehind<Item> {
  const isLeft = (item: Item) => behind === undefined || (descending ? keyOf(item) < behind : keyOf(item) > behind);
  const left = all.filter(isLeft);
  const items = left.slice(0, limit);
  const last = items.at(-1);
  return last === undefined || items.length === left.length ? { items } : { items, more: keyOf(last) };
}

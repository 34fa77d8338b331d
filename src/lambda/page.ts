/** One page of a list, and where the next begins: the marker is the name of the last item given. */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  options: { readonly marker: string | undefined; readonly maxItems: number | undefined; readonly most: number },
): { readonly items: readonly Item[]; readonly nextMarker: { readonly NextMarker?: string } } {
  const { marker, maxItems = options.most, most } = options;
  const rest = marker ? items.slice(items.findIndex((item) => nameOf(item) === marker) + 1) : items;
  const page = rest.slice(0, Math.min(maxItems, most));
  const last = page.at(-1);
  return { items: page, nextMarker: last && page.length < rest.length ? { NextMarker: nameOf(last) } : {} };
}

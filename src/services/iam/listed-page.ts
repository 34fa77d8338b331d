const DEFAULT_ITEMS = 100;

/** One page of a list; the marker is the position of the next item. */
export function listedPage<Item>(
  items: readonly Item[],
  { Marker, MaxItems }: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
): { readonly items: Item[]; readonly end: { readonly IsTruncated: boolean; readonly Marker?: string } } {
  const start = Number(Marker ?? 0) || 0;
  const next = start + (MaxItems ?? DEFAULT_ITEMS);
  const truncated = next < items.length;
  return {
    items: items.slice(start, next),
    end: truncated ? { IsTruncated: true, Marker: String(next) } : { IsTruncated: false },
  };
}

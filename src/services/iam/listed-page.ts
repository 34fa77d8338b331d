import { ServiceError } from '../../core/errors.ts';
import { tokenPage } from '../../core/listing/token-page.ts';

const DEFAULT_ITEMS = 100;

/** Which part of which list. */
interface ListedPart {
  readonly list: string;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
  readonly descending?: boolean;
}

/** One page of a list that is in the order of its keys, or in reverse. */
export function listedPage<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  { list, Marker: token, MaxItems: limit = DEFAULT_ITEMS, descending }: ListedPart,
): { readonly items: Item[]; readonly end: { readonly IsTruncated: boolean; readonly Marker?: string } } {
  const refusal = () => new ServiceError('ValidationError', 'Invalid Marker.', { status: 400 });
  const { items, next } = tokenPage(all, keyOf, { list, token, limit, descending, refusal });
  return { items: [...items], end: next === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: next } };
}

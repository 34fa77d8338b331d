import { pageBehind } from '../core/listing/page-behind.ts';
import { LATEST } from './function/function-record.ts';

/** One page of a list that is in the order of its keys, and where the next begins: the marker is the key of the last item given. */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  options: { readonly marker: string | undefined; readonly maxItems: number | undefined; readonly most: number },
): { readonly items: readonly Item[]; readonly nextMarker: { readonly NextMarker?: string } } {
  const { marker, maxItems = options.most, most } = options;
  const page = pageBehind(items, keyOf, { behind: marker || undefined, limit: Math.min(maxItems, most) });
  return { items: page.items, nextMarker: page.more === undefined ? {} : { NextMarker: page.more } };
}

const MAX_DIGITS = 12;

/** The number of a version as text that is in the order of versions. */
export const versionKey = (version: string): string =>
  version === LATEST ? version : version.padStart(MAX_DIGITS, '0');

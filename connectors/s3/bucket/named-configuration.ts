import { refusal } from '../errors.ts';
import { keyOfToken, tokenFor } from '../listing/page.ts';

interface Named {
  readonly Id?: string | undefined;
}

const PAGE = 100;

const noSuchConfiguration = () => refusal(404, 'NoSuchConfiguration', 'The specified configuration does not exist.');

/** The configurations with one added, or replaced where it was there; by id. */
export function withConfiguration<Item extends Named>(all: readonly Item[] | undefined, item: Item): readonly Item[] {
  const others = (all ?? []).filter(({ Id }) => Id !== item.Id);
  return [...others, item].sort((a, b) => ((a.Id ?? '') < (b.Id ?? '') ? -1 : 1));
}

/** The configurations without one, which must be there. */
export function withoutConfiguration<Item extends Named>(
  all: readonly Item[] | undefined,
  id: string | undefined,
): readonly Item[] {
  configurationOf(all, id);
  return (all ?? []).filter(({ Id }) => Id !== id);
}

/** The configuration of that id, or the refusal that there is none. */
export function configurationOf<Item extends Named>(all: readonly Item[] | undefined, id: string | undefined): Item {
  const found = all?.find(({ Id }) => Id === id);
  if (!found) throw noSuchConfiguration();
  return found;
}

/** A page of configurations, a hundred at a time as on AWS. */
export function configurationPage<Item extends Named>(all: readonly Item[] | undefined, token: string | undefined) {
  const from = token === undefined ? '' : keyOfToken(token);
  const rest = (all ?? []).filter(({ Id }) => (Id ?? '') >= from);
  const next = rest[PAGE]?.Id;
  return {
    items: rest.slice(0, PAGE),
    IsTruncated: next !== undefined,
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(next === undefined ? {} : { NextContinuationToken: tokenFor(next) }),
  };
}

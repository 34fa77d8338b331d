import { noSuch } from '../errors.ts';

/** A group's filters without that of the name; refuses when there is none. */
export function withoutFilter<Filter extends { readonly name: string }>(
  filters: readonly Filter[],
  name: string | undefined,
  kind: 'metric filter' | 'subscription filter',
): readonly Filter[] {
  const others = filters.filter((each) => each.name !== name);
  if (others.length === filters.length) throw noSuch(kind);
  return others;
}

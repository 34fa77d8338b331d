/** Checks of attributes by their names; whatever a client calls an attribute, only these are found. */
export const checksByName = <Check>(checks: Readonly<Record<string, Check>>): ReadonlyMap<string, Check> =>
  new Map(Object.entries(checks));

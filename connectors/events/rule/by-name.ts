/** Orders by a name, as page tokens do. */
export const byName =
  <Item>(nameOf: (item: Item) => string) =>
  (first: Item, second: Item): number =>
    nameOf(first) < nameOf(second) ? -1 : 1;

/** An item's place in {@link Deadlines}; kept by the item so that it can leave before its time. */
export interface Deadline<Item> {
  readonly atMs: number;
  readonly item: Item;
  index: number;
}

/**
 * Items by the instant at which something becomes of them, at one instant by their sequence: a binary heap whose entries
 * know their index.
 */
export class Deadlines<Item extends { readonly sequence: number }> {
  readonly #heap: Deadline<Item>[] = [];

  /** The earliest. */
  get first(): Deadline<Item> | undefined {
    return this.#heap[0];
  }

  add(item: Item, atMs: number): Deadline<Item> {
    const entry = { atMs, item, index: this.#heap.length };
    this.#heap.push(entry);
    this.#up(entry);
    return entry;
  }

  remove(entry: Deadline<Item>): void {
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    this.#put(last, entry.index);
    this.#up(last);
    this.#down(last);
  }

  #up(entry: Deadline<Item>): void {
    while (entry.index > 0) {
      const parent = this.#heap[(entry.index - 1) >> 1];
      if (parent === undefined || !isBefore(entry, parent)) return;
      this.#swap(parent, entry);
    }
  }

  #down(entry: Deadline<Item>): void {
    for (;;) {
      const left = this.#heap[2 * entry.index + 1];
      const right = this.#heap[2 * entry.index + 2];
      const least = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (least === undefined || !isBefore(least, entry)) return;
      this.#swap(entry, least);
    }
  }

  #swap(upper: Deadline<Item>, lower: Deadline<Item>): void {
    const index = upper.index;
    this.#put(upper, lower.index);
    this.#put(lower, index);
  }

  #put(entry: Deadline<Item>, index: number): void {
    entry.index = index;
    this.#heap[index] = entry;
  }
}

const isBefore = <Item extends { readonly sequence: number }>(one: Deadline<Item>, other: Deadline<Item>): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.item.sequence < other.item.sequence);

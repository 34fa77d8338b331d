/** How many entries a chunk holds before it is cut in two. */
const CHUNK = 512;

/**
 * Entries in order, in chunks, so that adding one to a long list moves few others. Finds by a comparison with a place,
 * which need not be an entry.
 */
export class SortedList<Entry> {
  readonly #compare: (a: Entry, b: Entry) => number;
  readonly #chunks: Entry[][] = [];
  #size = 0;

  constructor(compare: (a: Entry, b: Entry) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the entry, or replaces the one that is equal to it, which it returns. */
  add(entry: Entry): Entry | undefined {
    const [index, chunk] = this.#chunkFor((other) => this.#compare(other, entry) >= 0);
    if (chunk === undefined) {
      this.#chunks.push([entry]);
      this.#size += 1;
      return undefined;
    }
    const place = firstIndex(chunk, (other) => this.#compare(other, entry) >= 0);
    const found = chunk[place];
    if (found !== undefined && this.#compare(found, entry) === 0) {
      chunk[place] = entry;
      return found;
    }
    chunk.splice(place, 0, entry);
    this.#size += 1;
    if (chunk.length > CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(CHUNK / 2));
    return undefined;
  }

  /** Removes the entry that is equal to it. */
  remove(entry: Entry): void {
    const [index, chunk] = this.#chunkFor((other) => this.#compare(other, entry) >= 0);
    if (chunk === undefined) return;
    const place = firstIndex(chunk, (other) => this.#compare(other, entry) >= 0);
    const found = chunk[place];
    if (found === undefined || this.#compare(found, entry) !== 0) return;
    chunk.splice(place, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(index, 1);
  }

  /** Entries from the first on for which `reached` holds; it must hold for all behind it too. */
  *from(reached: (entry: Entry) => boolean): Generator<Entry> {
    const [index, chunk] = this.#chunkFor(reached);
    if (chunk === undefined) return;
    for (let place = firstIndex(chunk, reached); place < chunk.length; place += 1) yield chunk[place] as Entry;
    for (let next = index + 1; next < this.#chunks.length; next += 1) yield* this.#chunks[next] as Entry[];
  }

  /** Entries before the first for which `reached` holds, the last one first. */
  *backFrom(reached: (entry: Entry) => boolean): Generator<Entry> {
    const [index, chunk = []] = this.#chunkFor(reached);
    for (let place = firstIndex(chunk, reached) - 1; place >= 0; place -= 1) yield chunk[place] as Entry;
    for (let next = index - 1; next >= 0; next -= 1) {
      const earlier = this.#chunks[next] as Entry[];
      for (let place = earlier.length - 1; place >= 0; place -= 1) yield earlier[place] as Entry;
    }
  }

  /** The chunk in which `reached` first holds; else the last one, where what is greater than all belongs. */
  #chunkFor(reached: (entry: Entry) => boolean): readonly [index: number, chunk: Entry[] | undefined] {
    const found = firstIndex(this.#chunks, (chunk) => reached(chunk[chunk.length - 1] as Entry));
    const index = Math.max(0, Math.min(found, this.#chunks.length - 1));
    return [index, this.#chunks[index]];
  }
}

/** Where in a list, of which a part at the end holds, that part begins. */
function firstIndex<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as Item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

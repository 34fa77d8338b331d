/** The machine's environments as all mappings together use them: nobody polls for a batch that nothing could run. */
export class Room {
  readonly #capacity: number;
  readonly #line = new Set<(held: Disposable) => void>();
  #used = 0;

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  get free(): boolean {
    return this.#used < this.#capacity;
  }

  /** Whether somebody waits for a place. */
  get isWanted(): boolean {
    return this.#line.size > 0;
  }

  /** Takes a place; disposing leaves it to whoever has waited longest. */
  enter(): Disposable {
    this.#used++;
    return { [Symbol.dispose]: () => this.#leave() };
  }

  /** Stands in line while there is no place; `given` is called once, with one. Disposing leaves the line. */
  wait(given: (held: Disposable) => void): Disposable {
    this.#line.add(given);
    return { [Symbol.dispose]: () => this.#line.delete(given) };
  }

  /** The place changes hands at once, so that nobody can slip in. */
  #leave(): void {
    this.#used--;
    const [first] = this.#line;
    if (!first || !this.free) return;
    this.#line.delete(first);
    first(this.enter());
  }
}

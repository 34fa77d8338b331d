/** The machine's environments as all mappings together use them: nobody polls for a batch that nothing could run. */
export class Room {
  readonly #capacity: number;
  readonly #waiting = new Set<() => void>();
  #used = 0;

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
  }

  get free(): boolean {
    return this.#used < this.#capacity;
  }

  /** Whether somebody waits for a place. */
  get isWanted(): boolean {
    return this.#waiting.size > 0;
  }

  /** A batch begins to run; disposing ends it. */
  enter(): Disposable {
    this.#used++;
    return {
      [Symbol.dispose]: () => {
        this.#used--;
        this.#wakeAll();
      },
    };
  }

  /** Calls `wake` whenever a batch ends, until disposed. */
  onFree(wake: () => void): Disposable {
    this.#waiting.add(wake);
    return { [Symbol.dispose]: () => this.#waiting.delete(wake) };
  }

  /** Whoever is woken first may take the place; that is another one each time, so that nobody starves. */
  #wakeAll(): void {
    const waiting = [...this.#waiting];
    const [first] = waiting;
    if (first && this.#waiting.delete(first)) this.#waiting.add(first);
    for (const wake of waiting) wake();
  }
}

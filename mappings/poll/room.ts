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

  /** A batch begins to run; disposing ends it. */
  enter(): Disposable {
    this.#used++;
    return {
      [Symbol.dispose]: () => {
        this.#used--;
        for (const wake of [...this.#waiting]) wake();
      },
    };
  }

  /** Calls `wake` whenever a batch ends, until disposed. */
  onFree(wake: () => void): Disposable {
    this.#waiting.add(wake);
    return { [Symbol.dispose]: () => this.#waiting.delete(wake) };
  }
}

/**
 * Code on its way to a function. It is not tied to one yet, so another call that has just stopped using the same code
 * must not take it away.
 */
export class CodeHolds {
  readonly #calls = new Map<string, number>();

  /** Holds the code of that id while `act` runs. */
  async during<Result>(id: string, act: () => Promise<Result>): Promise<Result> {
    this.#calls.set(id, (this.#calls.get(id) ?? 0) + 1);
    try {
      return await act();
    } finally {
      const left = (this.#calls.get(id) ?? 1) - 1;
      if (left > 0) this.#calls.set(id, left);
      else this.#calls.delete(id);
    }
  }

  ids(): Iterable<string> {
    return this.#calls.keys();
  }

  has(id: string): boolean {
    return this.#calls.has(id);
  }
}

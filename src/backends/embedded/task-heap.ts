/** A task as it is kept. */
export interface StoredTask {
  readonly id: string;
  readonly data: unknown;
  /** On the clock. */
  readonly dueAtMs: number;
}

interface Entry {
  readonly task: StoredTask;
  readonly order: number;
}

/** Tasks by due time (a binary heap); those due at the same instant in the order they came. */
export class TaskHeap {
  #entries: Entry[] = [];
  #order = 0;

  peek(): StoredTask | undefined {
    return this.#entries[0]?.task;
  }

  push(task: StoredTask): void {
    this.#rise(this.#entries.push({ task, order: this.#order++ }) - 1);
  }

  pop(): StoredTask | undefined {
    const top = this.peek();
    this.#removeAt(0);
    return top;
  }

  /** Looks at all there are. */
  remove(task: StoredTask): void {
    const at = this.#entries.findIndex((entry) => entry.task === task);
    if (at >= 0) this.#removeAt(at);
  }

  clear(): void {
    this.#entries = [];
  }

  /** How many are due; looks only at those that are. */
  countDue(nowMs: number): number {
    const count = (at: number): number => {
      const entry = this.#entries[at];
      if (entry === undefined || entry.task.dueAtMs > nowMs) return 0;
      return 1 + count(2 * at + 1) + count(2 * at + 2);
    };
    return count(0);
  }

  /** The last one takes its place, and goes from there to where it belongs. */
  #removeAt(at: number): void {
    const last = this.#entries.pop();
    if (last === undefined || at === this.#entries.length) return;
    this.#entries[at] = last;
    this.#rise(at);
    this.#sink(at);
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#entries.length && this.#before(child, first)) first = child;
      }
      if (first === at) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#entries[a], this.#entries[b]];
    if (x === undefined || y === undefined) return false;
    return x.task.dueAtMs < y.task.dueAtMs || (x.task.dueAtMs === y.task.dueAtMs && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#entries[a], this.#entries[b]];
    if (x === undefined || y === undefined) return;
    this.#entries[a] = y;
    this.#entries[b] = x;
  }
}

/** What was sent under a deduplication id; stored, so that a restart does not forget it. */
export interface DeduplicationRecord {
  readonly id: string;
  readonly sequence: number;
  readonly untilMs: number;
}

/** Entries that are dropped from the front before the array is shortened. */
const COMPACT_AFTER = 1024;

/** The deduplication ids of one FIFO queue. They are forgotten by time only, whether the message was deleted or not. */
export class DeduplicationHistory {
  readonly #byKey = new Map<string, DeduplicationRecord>();
  /** Keys in the order of their end. */
  #ends: string[] = [];
  #forgotten = 0;

  find(key: string): DeduplicationRecord | undefined {
    return this.#byKey.get(key);
  }

  add(key: string, record: DeduplicationRecord): void {
    this.#byKey.set(key, record);
    this.#ends.push(key);
  }

  /** Drops what has ended and returns the keys. */
  forget(nowMs: number): readonly string[] {
    const dropped: string[] = [];
    for (let key = this.#ends[this.#forgotten]; key !== undefined; key = this.#ends[this.#forgotten]) {
      const record = this.#byKey.get(key);
      if (record !== undefined && record.untilMs > nowMs) break;
      if (record !== undefined) dropped.push(key);
      this.#byKey.delete(key);
      this.#forgotten++;
    }
    if (this.#forgotten >= COMPACT_AFTER) {
      this.#ends = this.#ends.slice(this.#forgotten);
      this.#forgotten = 0;
    }
    return dropped;
  }

  /** Empties it and returns the keys. */
  clear(): readonly string[] {
    const keys = [...this.#byKey.keys()];
    this.#byKey.clear();
    this.#ends = [];
    this.#forgotten = 0;
    return keys;
  }
}

/** The key of an id in its scope. No id holds a line break, so no two pairs share a key. */
export function deduplicationKey(scope: 'queue' | 'messageGroup', groupId: string, id: string): string {
  return scope === 'queue' ? id : `${groupId}\n${id}`;
}

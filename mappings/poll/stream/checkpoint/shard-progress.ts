/** A record that was read and has its place in the order of the shard. */
export interface ReadRecord {
  readonly positionAfter: string;
  settled: boolean;
}

/** How far a shard is settled without a gap, while its lanes settle records out of order. */
export class ShardProgress {
  #position: string;
  #line: ReadRecord[] = [];
  /** Those before it are settled; they are taken off now and then, many at once. */
  #head = 0;

  constructor(position: string) {
    this.#position = position;
  }

  /** Everything before it is settled. */
  get position(): string {
    return this.#position;
  }

  /** Whether all that was read is settled. */
  get isLevel(): boolean {
    return this.#head === this.#line.length;
  }

  /** Notes a record in the order of reading; one that need not be delivered is settled at once. */
  read(positionAfter: string, settled: boolean): ReadRecord {
    const record = { positionAfter, settled };
    if (settled && this.isLevel) this.#position = positionAfter;
    else this.#line.push(record);
    return record;
  }

  /** Notes that records are settled. */
  settle(records: readonly ReadRecord[]): void {
    for (const record of records) record.settled = true;
    for (let next = this.#line[this.#head]; next?.settled; next = this.#line[this.#head]) {
      this.#position = next.positionAfter;
      this.#head++;
    }
    if (this.#head > 1000 && this.#head * 2 > this.#line.length) {
      this.#line = this.#line.slice(this.#head);
      this.#head = 0;
    }
  }
}

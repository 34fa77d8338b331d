import type { TopicRecord } from '../../../core/ports/consumer-group.ts';

/** What of the cluster's knowledge of a partition counts. */
export interface PartitionState {
  /** What the group has committed; absent when it has not. */
  readonly committed: number | undefined;
  /** The offset that the next record will get. */
  readonly end: number;
}

/** A partition that a member holds: what it has read and nobody has taken, and what the group has committed of it. */
export class HeldPartition {
  readonly partition: number;
  /** Goes with each record; another member's once it says so. */
  readonly hold = { held: true };
  #records: TopicRecord[] = [];
  #bytes = 0;
  #next: number;
  #end: number;
  #committed: number | undefined;
  /** Sent to be committed; the answer has not come, or never came. */
  #sent: number | undefined;
  #wanted: number | undefined;

  constructor(partition: number, next: number, { committed, end }: PartitionState) {
    this.partition = partition;
    this.#next = next;
    this.#end = end;
    this.#committed = committed;
  }

  /** Bytes of what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The offset to read on at. */
  get next(): number {
    return this.#next;
  }

  /** What waits here, and what is known to wait in the cluster. */
  get due(): number {
    return this.#records.length + Math.max(0, this.#end - this.#next);
  }

  /** What is to be committed and is not; `undefined` when there is nothing. */
  get uncommitted(): number | undefined {
    const isNew = this.hold.held && this.#wanted !== undefined && this.#wanted > (this.#committed ?? -1);
    return isNew ? this.#wanted : undefined;
  }

  /** Puts what was read at the end of the line. */
  add(records: readonly TopicRecord[], next: number, end: number): void {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += sizeOf(record);
    }
    this.#next = next;
    this.#end = end;
  }

  take(count: number): readonly TopicRecord[] {
    const taken = this.#records.splice(0, count);
    for (const record of taken) this.#bytes -= sizeOf(record);
    return taken;
  }

  want(offset: number): void {
    this.#wanted = Math.max(offset, this.#wanted ?? offset);
  }

  /** Notes what is about to be sent, so that it is known again should the answer get lost. */
  sending(offset: number): void {
    this.#sent = offset;
  }

  stored(offset: number): void {
    this.#committed = Math.max(offset, this.#committed ?? offset);
  }

  /**
   * Whether nobody else has moved the group's place since: what was read then goes on, and is not read again. Learns what
   * the cluster knows.
   */
  isStillOurs({ committed, end }: PartitionState): boolean {
    if (committed !== this.#committed && committed !== this.#sent) return false;
    this.#committed = committed;
    this.#end = Math.max(end, this.#next);
    return true;
  }

  /** Another member's from now on; what waits is dropped. */
  lose(): void {
    this.hold.held = false;
    this.#records = [];
    this.#bytes = 0;
  }
}

const sizeOf = ({ key, value }: TopicRecord) => (key?.length ?? 0) + (value?.length ?? 0) + 100;

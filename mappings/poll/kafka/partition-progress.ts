import type { HeldRecord } from '../../../src/core/kafka/kafka-record.ts';
import type { PartitionOffsets } from '../../../src/core/ports/consumer-group.ts';
import { type ReadRecord, ShardProgress } from '../stream/checkpoint/shard-progress.ts';
import type { LaneRecord } from '../stream/lane/stream-batch.ts';
import { recordOf } from './kafka-format.ts';

/** How far the partitions of one poller are settled without a gap, each for as long as it is held. */
export class PartitionProgress {
  readonly #held = new Map<number, { readonly hold: HeldRecord['hold']; readonly progress: ShardProgress }>();
  /** Of these something was settled since somebody last asked. */
  readonly #moved = new Set<number>();

  /** Notes a record in the order of reading; one that need not be delivered is settled at once. */
  read({ event, hold, positionAfter }: HeldRecord, settled: boolean): ReadRecord {
    const { partition, offset } = event.detail;
    let found = this.#held.get(partition);
    if (found?.hold !== hold) {
      found = { hold, progress: new ShardProgress(String(offset)) };
      this.#held.set(partition, found);
    }
    if (settled) this.#moved.add(partition);
    return found.progress.read(positionAfter, settled);
  }

  /** Notes that records are settled. */
  settle(records: readonly LaneRecord[]): void {
    for (const each of records) {
      each.place.settled = true;
      this.#moved.add(recordOf(each).partition);
    }
  }

  /** Where the partitions stand of which something was settled since it was last asked; those of others are left out. */
  takeMoved(): PartitionOffsets {
    const positions = new Map<number, number>();
    for (const partition of this.#moved) {
      const found = this.#held.get(partition);
      if (!found?.hold.held) continue;
      found.progress.settle([]);
      positions.set(partition, Number(found.progress.position));
    }
    this.#moved.clear();
    return positions;
  }
}

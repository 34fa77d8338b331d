import { limits } from '../../../../src/core/limits.ts';
import { compareSequence } from '../checkpoint/shard-checkpoint.ts';
import { isHeld, type LaneRecord } from './stream-batch.ts';
import { isWithin, type OpenWindow, openWindow } from './tumbling-window.ts';

/** What a tumbling window adds to an event beside its state. */
const WINDOW_BYTES = 1024;

/** Records that wait in a lane, in the order of the shard. */
export class LaneLine {
  readonly #envelopeBytes: number;
  #records: LaneRecord[] = [];
  #bytes = 0;

  /** @param envelopeBytes of an event without records */
  constructor(envelopeBytes: number) {
    this.#envelopeBytes = envelopeBytes;
  }

  get first(): LaneRecord | undefined {
    return this.#records[0];
  }

  get length(): number {
    return this.#records.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(record: LaneRecord): void {
    this.#records.push(record);
    this.#bytes += record.bytes;
  }

  take(count: number): readonly LaneRecord[] {
    const taken = this.#records.splice(0, count);
    for (const { bytes } of taken) this.#bytes -= bytes;
    return taken;
  }

  /** Drops the records that are not held any more. */
  dropLost(): void {
    this.#records = this.#records.filter(isHeld);
    this.#bytes = this.#records.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How many records, from the first, come no later than this sequence number. */
  countTo(sequenceNumber: string): number {
    const beyond = this.#records.findIndex(
      ({ record }) => compareSequence(record.event.position.sequenceNumber, sequenceNumber) > 0,
    );
    return beyond < 0 ? this.#records.length : beyond;
  }

  /** How many records the next batch gets, and whether none can be added to it any more. */
  nextBatch(
    batchSize: number,
    tumbling: { readonly lengthMs: number; readonly window: OpenWindow | undefined },
  ): { readonly count: number; readonly full: boolean } {
    let count = Math.min(this.#records.length, batchSize);
    let full = this.#records.length >= batchSize;
    const room = limits.syncPayloadBytes - this.#envelopeBytes - windowBytes(tumbling);
    if (this.#bytes > room) ({ count, full } = this.#within(count, full, room));
    const [first, last] = [this.#records[0], this.#records[count - 1]];
    if (tumbling.lengthMs === 0 || !first || !last) return { count, full };
    const window = tumbling.window ?? openWindow(first.record.event.occurredAtMs, tumbling.lengthMs);
    if (isWithin(window, last.record.event.occurredAtMs)) return { count, full };
    const inside = this.#records.findIndex(({ record }) => !isWithin(window, record.event.occurredAtMs));
    return { count: Math.max(1, inside), full: true };
  }

  /** A record that is too large alone makes a batch of its own. */
  #within(count: number, full: boolean, room: number) {
    let bytes = 0;
    for (let index = 0; index < count; index++) {
      bytes += this.#records[index]?.bytes ?? 0;
      if (bytes > room) return { count: Math.max(1, index), full: true };
    }
    return { count, full };
  }
}

const windowBytes = ({ lengthMs, window }: { readonly lengthMs: number; readonly window: OpenWindow | undefined }) =>
  lengthMs === 0 ? 0 : WINDOW_BYTES + Buffer.byteLength(window?.state ?? '');

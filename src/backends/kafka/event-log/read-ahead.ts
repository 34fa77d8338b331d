import type { LogBounds, LogRecord, StreamEntry } from '../../../core/ports/event-log.ts';
import { sizeOf } from './page.ts';

/** What was fetched beyond what was asked for: who reads on in small pages does not fetch it again. */
export interface ReadAhead {
  /** Takes the records that begin at that offset; none when it has others. */
  take(partition: string, offset: number): Ahead | undefined;
  keep(partition: string, ahead: Ahead): void;
}

/** Records in a row, and what was there when they were fetched. */
export interface Ahead {
  readonly records: readonly LogRecord<StreamEntry>[];
  readonly bounds: LogBounds;
}

/** Of all partitions. */
const MAX_BYTES = 2 ** 25;
const RECORD_OVERHEAD_BYTES = 250;

/** Holds nothing yet. */
export function createReadAhead(): ReadAhead {
  const kept = new Map<string, Ahead & { readonly bytes: number }>();
  let bytes = 0;
  const forget = (partition: string) => {
    bytes -= kept.get(partition)?.bytes ?? 0;
    kept.delete(partition);
  };
  return {
    take(partition, offset) {
      const ahead = kept.get(partition);
      if (ahead?.records[0]?.offset !== offset) return undefined;
      forget(partition);
      return ahead;
    },
    keep(partition, ahead) {
      forget(partition);
      if (ahead.records.length === 0) return;
      const size = ahead.records.reduce((sum, { entry }) => sum + sizeOf(entry) + RECORD_OVERHEAD_BYTES, 0);
      kept.set(partition, { ...ahead, bytes: size });
      bytes += size;
      // Those go first that were read longest ago.
      for (const oldest of kept.keys()) {
        if (bytes <= MAX_BYTES) return;
        forget(oldest);
      }
    },
  };
}

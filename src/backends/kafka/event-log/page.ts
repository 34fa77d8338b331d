import type { LogRecord, ReadLimits, StreamEntry } from '../../../core/ports/event-log.ts';

/** What one read gathers. */
export interface Page {
  readonly records: readonly LogRecord<StreamEntry>[];
  /** How many more records and bytes there is room for. */
  readonly room: ReadLimits;
  /** Takes the record unless there is no room left; the first is taken however large it is. */
  add(record: LogRecord<StreamEntry>): boolean;
}

/** Begins a page. */
export function createPage({ maxRecords, maxBytes }: ReadLimits): Page {
  const records: LogRecord<StreamEntry>[] = [];
  let bytes = 0;
  return {
    records,
    get room() {
      return { maxRecords: maxRecords - records.length, maxBytes: Math.max(0, maxBytes - bytes) };
    },
    add(record) {
      const size = sizeOf(record.entry);
      if (records.length > 0 && (records.length >= maxRecords || bytes + size > maxBytes)) return false;
      records.push(record);
      bytes += size;
      return true;
    },
  };
}

/** What an entry counts for in the limits of reads. */
export const sizeOf = ({ partitionKey, data }: StreamEntry): number => Buffer.byteLength(partitionKey) + data.length;

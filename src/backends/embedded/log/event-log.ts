import type { Clock } from '../../../core/clock.ts';
import type { EventLog, StreamEntry } from '../../../core/ports/event-log.ts';
import type { Store } from '../store.ts';
import { openLog } from './log.ts';

/** Logs of streams in the embedded store. */
export function openEventLog(options: { readonly store: Store; readonly clock: Clock }): EventLog {
  const log = openLog<StreamEntry>({ ...options, name: 'streams', sizeOf });
  return {
    ...log,
    driver: 'embedded',
    async append(name, partition, entries) {
      const { records, stored } = log.append(name, partition, entries.map(alone));
      await stored;
      return records;
    },
    async [Symbol.asyncDispose]() {},
  };
}

const sizeOf = ({ partitionKey, data }: StreamEntry) => Buffer.byteLength(partitionKey) + data.length;

/** Room that a small record may share with others: Node's pool of small buffers. */
const SHARED_BYTES = 16 * 1024;

/** An entry is kept for long: cut out of a large request, it would keep all of that. */
function alone(entry: StreamEntry): StreamEntry {
  const { buffer, byteLength } = entry.data;
  if (buffer.byteLength <= SHARED_BYTES || 2 * byteLength > buffer.byteLength) return entry;
  return { ...entry, data: Buffer.from(entry.data) };
}

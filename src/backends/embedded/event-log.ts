import type { Clock } from '../../core/clock.ts';
import type { EventLog, StreamEntry } from '../../core/ports/event-log.ts';
import { openLog } from './log.ts';
import type { Store } from './store.ts';

/** Logs of streams in the embedded store. */
export function openEventLog(options: { readonly store: Store; readonly clock: Clock }): EventLog {
  const log = openLog<StreamEntry>({ ...options, name: 'streams', sizeOf });
  return {
    ...log,
    driver: 'embedded',
    async append(name, partition, entries) {
      const { records, stored } = log.append(name, partition, entries);
      await stored;
      return records;
    },
    async [Symbol.asyncDispose]() {},
  };
}

const sizeOf = ({ partitionKey, data }: StreamEntry) => Buffer.byteLength(partitionKey) + data.length;

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog } from '../../src/backends/embedded/log/event-log.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { asArn } from '../../src/core/arn.ts';
import { realClock } from '../../src/core/clock.ts';
import { openRawChannel } from './floors/raw-channel.ts';
import { timed } from './measure.ts';

/** Read, invoke, keep the place, with nothing between: the same log and store, two raw environments. */
export interface StreamFloor extends AsyncDisposable {
  recordsPerSecond(records: number, shards: number, batchSize: number): Promise<number>;
}

const LARGEST_READ = { maxBytes: 6 * 2 ** 20 };
const APPENDED_AT_ONCE = 500;

/** Opens the floor with a store of its own. */
export async function openStreamFloor(rawRuntimeFile: string): Promise<StreamFloor> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  const store = await openLmdbStore({ dataDir: folder, fsync: false });
  const log = openEventLog({ store, clock: realClock });
  const registry = openRegistry(store);
  const channel = await openRawChannel(rawRuntimeFile, 2);
  let streams = 0;

  const drain = async (stream: ReturnType<typeof asArn>, shard: number, batchSize: number): Promise<number> => {
    let offset = 0;
    for (;;) {
      const found = await log.read(stream, shard, offset, { maxRecords: batchSize, ...LARGEST_READ });
      const last = found.at(-1);
      if (!last) return offset;
      const Records = found.map(({ entry }) => ({
        kinesis: { partitionKey: entry.partitionKey, data: Buffer.from(entry.data).toString('base64') },
      }));
      await channel.invoke(JSON.stringify({ text: '', Records }));
      offset = last.offset + 1;
      await registry.put(`${stream}/${shard}`, { offset });
    }
  };
  return {
    async recordsPerSecond(records, shards, batchSize) {
      const stream = asArn(`arn:aws:kinesis:us-east-1:000000000000:stream/floor-${streams++}`);
      await log.create(stream, shards);
      for (let shard = 0; shard < shards; shard++) {
        for (let left = records / shards; left > 0; left -= APPENDED_AT_ONCE) {
          const entries = Array.from({ length: Math.min(left, APPENDED_AT_ONCE) }, (_, index) => ({
            partitionKey: `${left}-${index}`,
            data: Buffer.alloc(200, 'x'),
          }));
          await log.append(stream, shard, entries);
        }
      }
      let done = 0;
      const lane = async (shard: number) => {
        const moved = await drain(stream, shard, batchSize);
        done += moved;
      };
      const tookMs = await timed(() => Promise.all(Array.from({ length: shards }, (_, shard) => lane(shard))));
      if (done !== records) throw new Error(`the floor's pipeline moved ${done} of ${records} records`);
      return (records * 1000) / tookMs;
    },
    [Symbol.asyncDispose]: async () => {
      channel.close();
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

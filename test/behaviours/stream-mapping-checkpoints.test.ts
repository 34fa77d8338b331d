// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html, "Polling and batching streams"
// Where a mapping stands is kept before anything more is delivered, and belongs to one runner at a time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkpointStore } from '../../mappings/poll/stream/checkpoint/checkpoint-store.ts';
import { checkpointAt, type ShardCheckpoint } from '../../mappings/poll/stream/checkpoint/shard-checkpoint.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openLmdbStore, openMemoryStore } from '../../src/backends/embedded/store.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { failsOnBad, setUpStream } from './stream-fakes.ts';

describe('a shard', () => {
  test('belongs to the runner that took it last: what an earlier one keeps is refused', async () => {
    const store = checkpointStore(openRegistry(openMemoryStore()), 'm');
    await store.enter('shard-0', checkpointAt('1'));
    const first = await store.claim('shard-0');
    await first?.save(checkpointAt('2'));
    const second = await store.claim('shard-0');
    expect(second?.found).toMatchObject({ position: '2', token: (first?.found.token ?? 0) + 1 });
    await expect(first?.save(checkpointAt('3'))).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    await second?.save(checkpointAt('4'));
    expect((await store.list()).get('shard-0')?.position).toBe('4');
  });

  test('is taken again by the process that holds the shard, when one that has lost it took it', async () => {
    const made = setUpStream();
    await made.create({ BatchSize: 1 });
    made.stream.put('shard-0', 'a');
    await made.settled();
    const [mapping] = await made.registry.list<{ readonly uuid: string }>('lambda-mappings/');
    await checkpointStore(made.registry, mapping?.value.uuid ?? '').claim('shard-0');
    made.stream.put('shard-0', 'b', 'c');
    await made.settled();
    // What the other one may have delivered meanwhile is delivered at least once.
    expect(made.batches).toEqual([['a'], ['b'], ['b'], ['c']]);
  });
});

describe('a checkpoint', () => {
  test('never lies behind a record that is not settled, and is kept before the next batch', async () => {
    const made = setUpStream({ registry: slow(openRegistry(openMemoryStore())) });
    made.answer.handler = failsOnBad;
    await made.create({ BatchSize: 2, MaximumRetryAttempts: 1 });
    made.stream.put('shard-0', 'a', 'b', 'bad', 'c', 'd');
    await made.clock.advance(10_000);
    expect(made.batches).toEqual([['a', 'b'], ['bad', 'c'], ['bad', 'c'], ['d']]);
    const [checkpoint] = await made.registry.list<ShardCheckpoint>('lambda-checkpoints/');
    expect(checkpoint?.value).toMatchObject({ position: '5', lanes: [], ended: false });
  });

  test('keeps the registry no busier than the batches, and is there once everything is idle', async () => {
    const registry = openRegistry(openMemoryStore());
    let puts = 0;
    const counting: Registry = {
      ...registry,
      put(key, value, version) {
        puts++;
        return registry.put(key, value, version);
      },
    };
    const made = setUpStream({ registry: counting });
    await made.create({ BatchSize: 10, ParallelizationFactor: 10 });
    await made.settled();
    puts = 0;
    made.stream.put('shard-0', ...Array.from({ length: 1000 }, (_, index) => `k${index}:${index}`));
    await made.settled();
    expect(puts).toBeLessThanOrEqual(made.batches.length + 1);
    const [checkpoint] = await registry.list<ShardCheckpoint>('lambda-checkpoints/');
    expect(checkpoint?.value).toMatchObject({ position: '1000', lanes: [] });
  });

  test('is on the disk once everything is idle', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'headwater-checkpoints-'));
    try {
      const store = await openLmdbStore({ dataDir, fsync: false });
      const first = setUpStream({ registry: openRegistry(store) });
      first.answer.handler = failsOnBad;
      await first.create({ BatchSize: 4, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 5 });
      first.stream.put('shard-0', 'a', 'b', 'bad', 'c', 'd');
      await first.settled();
      await first.mappings.close(1000);
      await store[Symbol.asyncDispose]();
      const again = await openLmdbStore({ dataDir, fsync: false });
      const second = setUpStream({ registry: openRegistry(again), source: first.stream, parts: first.parts });
      await second.mappings.start();
      await second.settled();
      expect(first.batches).toEqual([['a', 'b', 'bad', 'c'], ['a', 'b'], ['bad', 'c'], ['bad']]);
      expect(second.batches).toEqual([['bad'], ['c'], ['d']]);
      await second.mappings.close(1000);
      await again[Symbol.asyncDispose]();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('nothing is idle before its place is kept', () => {
  test('also where the registry takes its time', async () => {
    const registry = openRegistry(openMemoryStore());
    const made = setUpStream({ registry: slow(registry) });
    await made.create({ BatchSize: 1 });
    for (let index = 0; index < 20; index++) {
      made.stream.put('shard-0', String(index));
      expect(await made.settled()).toEqual([]);
      const [checkpoint] = await registry.list<ShardCheckpoint>('lambda-checkpoints/');
      expect(checkpoint?.value.position).toBe(String(index + 1));
    }
  });
});

/** A registry whose answers take some turns of the event loop. */
function slow(registry: Registry): Registry {
  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  };
  return {
    ...registry,
    async get(key) {
      await turns();
      return await registry.get(key);
    },
    async put(key, value, version) {
      await turns();
      return await registry.put(key, value, version);
    },
    async list(prefix) {
      await turns();
      return await registry.list(prefix);
    },
  };
}

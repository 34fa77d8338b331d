// Several processes on the same backends share the work: each shard of a mapping is read by one at a time, and whatever one
// is told of a mapping holds in all. Here the processes are compositions over one registry, one stream and one place that
// grants leases.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html: one batch per shard and parallelization at a time, in order
import { describe, expect, test } from 'vitest';
import { openPermits } from '../../src/backends/embedded/permits.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { until } from '../support/patience.ts';
import { createSharedLeases } from '../support/shared-leases.ts';
import { FUNCTION, gate, QUEUE, returned } from './dispatch-fakes.ts';
import { bodiesOf, CONTEXT, setUpMappings } from './mapping-fakes.ts';
import { failsOnBad, setUpStream } from './stream-fakes.ts';

/** Compositions over one stream; the first one's clock is the stream's. */
async function startProcesses(count: number, options: { readonly ttlMs?: number; readonly registry?: Registry } = {}) {
  const shared = createSharedLeases(options);
  const registry = options.registry ?? openRegistry(openMemoryStore());
  const leases = shared.join();
  const first = { ...setUpStream({ registry, leases }), leases };
  const others = Array.from({ length: count - 1 }, () => {
    const joined = shared.join();
    return { ...setUpStream({ registry, leases: joined, source: first.stream }), leases: joined };
  });
  const processes = [first, ...others];
  for (const { mappings } of processes) await mappings.start();
  return { processes, stream: first.stream, registry };
}

describe('a mapping', () => {
  test('that one process is told to make runs in all, each shard in one', async () => {
    const { processes, stream } = await startProcesses(2);
    const [a, b] = processes;
    stream.open('shard-1');
    const { UUID } = (await a?.create({ BatchSize: 1 })) ?? {};
    stream.put('shard-0', 'a', 'b', 'c');
    stream.put('shard-1', 'd', 'e', 'f');
    const delivered = () => processes.flatMap(({ batches }) => batches.flat());
    await until(() => delivered().length >= 6);
    expect(delivered().sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(await b?.mappings.get(String(UUID), CONTEXT)).toMatchObject({ UUID, State: 'Enabled' });
    expect(b?.mappings.facts(String(UUID))).toMatchObject({ uuid: UUID });
  });

  test('is changed, and ended, from any of them', async () => {
    const { processes, stream, registry } = await startProcesses(2);
    const [a, b] = processes;
    const { UUID } = (await a?.create({ BatchSize: 1 })) ?? {};
    await b?.mappings.update({ UUID, Enabled: false }, CONTEXT);
    await until(() => processes.every(({ leases }) => leases.holds().length === 0));
    stream.put('shard-0', 'a');
    await a?.settled();
    expect(processes.flatMap(({ batches }) => batches)).toEqual([]);
    await b?.mappings.update({ UUID, Enabled: true }, CONTEXT);
    await until(() => processes.some(({ batches }) => batches.length === 1));
    await b?.mappings.remove(String(UUID), CONTEXT);
    await until(() => processes.every(({ leases, activity }) => leases.holds().length === 0 && activity.now().idle));
    expect(await registry.list('lambda-')).toEqual([]);
    expect(a?.mappings.facts(String(UUID))).toBeUndefined();
  });

  test('begins at one place, whoever decides it', async () => {
    const { processes, stream } = await startProcesses(3);
    stream.open('shard-1');
    stream.put('shard-0', 'before');
    stream.put('shard-1', 'before');
    await processes[0]?.create({ StartingPosition: 'LATEST' });
    stream.put('shard-0', 'a');
    stream.put('shard-1', 'b');
    await until(() => processes.flatMap(({ batches }) => batches.flat()).length >= 2);
    for (const { settled } of processes) await settled();
    expect(processes.flatMap(({ batches }) => batches.flat()).sort()).toEqual(['a', 'b']);
  });

  test('is made once, though two processes make it at the same time', async () => {
    const { processes } = await startProcesses(2);
    const made = await Promise.allSettled(processes.map(({ create }) => create()));
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const listed = await processes[0]?.mappings.list({}, CONTEXT);
    expect(listed?.['EventSourceMappings']).toHaveLength(1);
  });

  test('passes through its states once, also when the process that set it off has died', async () => {
    const shared = createSharedLeases();
    const registry = openRegistry(openMemoryStore());
    const timing = { mappingStateDelayMs: 10_000 };
    const a = setUpStream({ registry, leases: shared.join(), timing });
    const b = setUpStream({ registry, leases: shared.join(), timing, source: a.stream });
    await b.mappings.start();
    const { UUID } = await a.create();
    await a.mappings.close(0);
    expect(await b.mappings.get(String(UUID), CONTEXT)).toMatchObject({ State: 'Creating' });
    await b.clock.advance(10_000);
    expect(await b.mappings.get(String(UUID), CONTEXT)).toMatchObject({ State: 'Enabled' });
    expect(b.entries.filter(({ what }) => what.endsWith('is Enabled'))).toHaveLength(1);
  });

  test('shows why it does nothing while what it is stored in is away', async () => {
    const registry = openRegistry(openMemoryStore());
    let isAway = false;
    const away = async () => {
      throw new BackendUnavailable('Redis at 127.0.0.1:6379', 'there is no connection');
    };
    const { processes } = await startProcesses(1, {
      registry: {
        ...registry,
        get: (key) => (isAway ? away() : registry.get(key)),
        list: (prefix) => (isAway ? away() : registry.list(prefix)),
      },
    });
    const [a] = processes;
    const { UUID } = (await a?.create()) ?? {};
    isAway = true;
    const problem = {
      LastProcessingResult: expect.stringMatching(/^PROBLEM: Redis at 127.0.0.1:6379 is not available/),
    };
    expect(await a?.mappings.get(String(UUID), CONTEXT)).toMatchObject(problem);
    expect(await a?.mappings.list({}, CONTEXT)).toMatchObject({ EventSourceMappings: [problem] });
  });
});

describe('a shard', () => {
  test('goes on in another process when its own dies, behind what was settled', async () => {
    const { processes, stream } = await startProcesses(2);
    await processes[0]?.create({ BatchSize: 1 });
    await until(() => processes.some(({ leases }) => leases.holds().length === 1));
    const [reads, waits] = processes[0]?.leases.holds().length ? processes : [...processes].reverse();
    const stuck = gate<void>();
    stream.put('shard-0', 'a');
    await until(() => reads?.batches.length === 1);
    await reads?.settled();
    if (reads) {
      reads.answer.handler = async () => {
        await stuck.passed;
        return returned('null');
      };
    }
    stream.put('shard-0', 'b', 'c');
    await until(() => reads?.batches.length === 2);
    reads?.leases.die();
    await until(() => waits?.batches.length === 2);
    expect(waits?.batches).toEqual([['b'], ['c']]);
    stuck.open();
    await reads?.settled();
    // What the dead one still brings to its end is refused, and it takes nothing more.
    expect(reads?.batches).toEqual([['a'], ['b']]);
  });

  test('keeps the retries of an open batch when it changes hands', async () => {
    const { processes, stream } = await startProcesses(2);
    const [a, b] = processes;
    for (const { answer } of processes) answer.handler = failsOnBad;
    await a?.create({ BatchSize: 1, MaximumRetryAttempts: 1 });
    await until(() => processes.some(({ leases }) => leases.holds().length === 1));
    const [reads, waits] = a?.leases.holds().length ? [a, b] : [b, a];
    stream.put('shard-0', 'bad', 'good');
    await until(() => reads?.batches.length === 1);
    await reads?.settled();
    reads?.leases.die();
    await until(() => waits?.leases.holds().length === 1);
    await waits?.settled();
    expect(waits?.batches).toEqual([['bad'], ['good']]);
  });

  test('begins once all its parents are at their end, whichever process ended them', async () => {
    const { processes, stream } = await startProcesses(2);
    await processes[0]?.create({ BatchSize: 1 });
    stream.put('shard-0', 'a');
    stream.open('shard-1', 'shard-0');
    stream.put('shard-1', 'b');
    await until(() => processes.flatMap(({ batches }) => batches).length === 2);
    await until(() => processes.some(({ leases }) => leases.holds().some((name) => name.endsWith('shard-1'))));
    const [reads, waits] = processes[0]?.leases.holds().length ? processes : [...processes].reverse();
    reads?.leases.die();
    stream.put('shard-1', 'c');
    await until(() => waits?.batches.flat().includes('c') === true);
  });

  test('is given up by a process that holds more than its share, with nothing lost or repeated', async () => {
    const { processes, stream } = await startProcesses(2, { ttlMs: 20 });
    const [a, b] = processes;
    for (const shardId of ['shard-1', 'shard-2', 'shard-3']) stream.open(shardId);
    await a?.create({ BatchSize: 1 });
    const texts = Array.from({ length: 40 }, (_, index) => String(index));
    texts.forEach((text, index) => {
      stream.put(`shard-${index % 4}`, text);
    });
    const held = () => processes.map(({ leases }) => leases.holds().length).sort();
    await expect.poll(held).toEqual([2, 2]);
    await until(() => processes.flatMap(({ batches }) => batches).length >= 40);
    for (const { settled } of processes) await settled();
    const delivered = processes.flatMap(({ batches }) => batches.flat()).sort((x, y) => Number(x) - Number(y));
    expect(delivered).toEqual(texts);
    expect(b?.leases.holds()).toHaveLength(2);
    for (const { mappings } of processes) await mappings.close(1000);
  });

  test('goes on where its checkpoint was moved to, told of it by a process that does not read it', async () => {
    const { processes, stream } = await startProcesses(2);
    const { UUID } = (await processes[0]?.create({ BatchSize: 1 })) ?? {};
    stream.put('shard-0', 'a', 'b');
    await until(() => processes.flatMap(({ batches }) => batches).length === 2);
    for (const { settled } of processes) await settled();
    const [reads, waits] = processes[0]?.leases.holds().length ? processes : [...processes].reverse();
    await waits?.mappings.moveCheckpoint(String(UUID), 'shard-0', { at: 'sequence-number', sequenceNumber: '101' });
    await until(() => processes.flatMap(({ batches }) => batches).length === 3);
    for (const { settled } of processes) await settled();
    expect(reads?.batches.concat(waits?.batches ?? [])).toEqual([['a'], ['b'], ['b']]);
  });
});

describe('MaximumConcurrency', () => {
  test('holds over the batches of all processes', async () => {
    const registry = openRegistry(openMemoryStore());
    const permits = openPermits();
    const shared = createSharedLeases();
    const a = setUpMappings({ permits, leases: shared.join(), registry });
    const b = setUpMappings({ permits, leases: shared.join(), registry, queue: a.queue });
    await b.mappings.start();
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    for (const { functions, fn } of [a, b]) {
      functions.set(FUNCTION, {
        ...fn,
        handler: async (request) => {
          most = Math.max(most, ++running);
          const end = gate<void>();
          ends.push(() => end.open());
          await end.passed;
          running--;
          a.batches.push(bodiesOf(request.payload));
          return returned('null');
        },
      });
    }
    await a.create({ EventSourceArn: QUEUE, BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    a.queue.send('a', 'b', 'c', 'd', 'e');
    for (let done = 0; done < 5; done++) {
      await expect.poll(() => ends.length).toBeGreaterThan(0);
      ends.shift()?.();
      await until(() => a.batches.length > done);
    }
    expect(most).toBe(2);
    expect(a.batches.flat().sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

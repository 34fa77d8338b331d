// A Kafka that is killed or stopped: calls say so by name, who waits goes on waiting, and nothing that was acknowledged is
// lost. https://kafka.apache.org/documentation/#semantics
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { RunningEngine } from '../../scripts/backends/engine.ts';
import { endProgramIn } from '../../scripts/backends/native/child.ts';
import { startKafka } from '../../scripts/backends/native/kafka.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { openEventLog } from '../../src/backends/kafka/event-log/event-log.ts';
import { openKafka } from '../../src/backends/kafka/link.ts';
import { realClock, SECOND, startStopwatch } from '../../src/core/clock.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { systemRandom } from '../../src/core/random.ts';
import { entry, ORDERS, textsOf } from '../conformance/event-log.ts';
import { describeOn } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';

describeOn(['kafka'], 'logs while Kafka is away', () => {
  const closing: (() => Promise<void>)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'headwater-kafka-'));
  /** A Kafka of the tests' own, which they may treat as they like. */
  let kafka: RunningEngine;
  const signal = (name: NodeJS.Signals) => process.kill(kafka.pid ?? 0, name);
  beforeAll(async () => {
    kafka = await startKafka(folder);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await endProgramIn(folder);
    rmSync(folder, { recursive: true, force: true });
  });

  async function connect(registry: Registry = openRegistry(openMemoryStore())) {
    const told: string[] = [];
    const options = { brokers: [kafka.url], namespace: systemRandom.uuid(), deadlineMs: 30 * SECOND };
    const link = await openKafka({ ...options, told: (what) => told.push(what) });
    const log = openEventLog({ link, registry, clock: realClock, random: systemRandom });
    closing.push(async () => {
      await log[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
    });
    return { log, link, told, registry };
  }

  test('a stopped Kafka fails each call within five seconds, and goes on by itself', async () => {
    const { log } = await connect();
    await log.create(ORDERS, 1);
    await log.append(ORDERS, 0, [entry('before')]);
    let wakes = 0;
    using _watch = log.onAppend(ORDERS, 0, () => {
      wakes += 1;
    });
    signal('SIGSTOP');
    const elapsedMs = startStopwatch();
    const results = await Promise.allSettled([
      log.append(ORDERS, 0, [entry('lost or not')]),
      log.append(ORDERS, 0, [entry('too')]),
      log.read(ORDERS, 0, 0, { maxRecords: 1, maxBytes: 1 }),
      log.bounds(ORDERS, 0),
      log.grow(ORDERS, 2),
    ]);
    // And what a busy machine adds.
    expect(elapsedMs()).toBeLessThan(15 * SECOND);
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'BACKEND_UNAVAILABLE' } });
    signal('SIGCONT');
    await vi.waitFor(() => log.append(ORDERS, 0, [entry('after')]), PATIENCE_MS);
    const found = await textsOf(log);
    expect([found[0], found.at(-1)]).toEqual(['before', 'after']);
    expect(wakes).toBeGreaterThan(0);
  });

  test('keeps what it acknowledged when Kafka is killed, and wakes who waits when it is back', async () => {
    const name = `Kafka at ${kafka.url}`;
    const { log, told, registry } = await connect();
    const { log: other } = await connect(registry);
    await log.create(ORDERS, 2);
    let known = 0;
    using _watch = other.onAppend(ORDERS, 0, () => {
      known = other.known(ORDERS, 0).next;
    });
    const acknowledged: string[] = [];
    const append = async (text: string) => {
      await log.append(ORDERS, 0, [entry(text)]);
      acknowledged.push(text);
    };
    const failures: unknown[] = [];
    for (let each = 0; each < 200; each += 1) {
      void append(`m${each}`).catch((error) => failures.push(error));
      if (each % 10 === 0) await new Promise(setImmediate);
      if (each === 100) signal('SIGKILL');
    }
    await expect.poll(() => acknowledged.length + failures.length).toBe(200);
    expect(failures[0]).toMatchObject({ code: 'BACKEND_UNAVAILABLE', backend: name });
    await expect(log.bounds(ORDERS, 0)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    expect(told.filter((line) => line === `${name} is not available any more; it is tried again`)).toHaveLength(1);

    kafka = await startKafka(folder, Number(kafka.url.split(':')[1]));
    await append('after');
    const found = await textsOf(log);
    expect(acknowledged.filter((text) => !found.includes(text))).toEqual([]);
    expect(new Set(found).size).toBe(found.length);
    await expect.poll(() => known).toBe(found.length);
    expect(told).toContain(`${name} is available again`);
  });

  test('its return is noticed also while nobody asks for anything', async () => {
    const { log, link, told } = await connect();
    signal('SIGSTOP');
    await expect(log.create(ORDERS, 1)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    expect(link.isAway()).toBe(true);
    signal('SIGCONT');
    await expect.poll(() => link.isAway()).toBe(false);
    expect(told.at(-1)).toMatch(/ is available again$/);
  });

  test('a Kafka that is not there is waited for, and named when it does not come', async () => {
    const told: string[] = [];
    const options = { brokers: ['127.0.0.1:1'], namespace: 'test', deadlineMs: 300 };
    const opening = openKafka({ ...options, told: (what) => told.push(what) });
    await expect(opening).rejects.toMatchObject({
      code: 'BACKEND_UNREACHABLE',
      message: expect.stringContaining('Kafka at 127.0.0.1:1 does not answer'),
    });
    expect(told).toHaveLength(1);
  });
});

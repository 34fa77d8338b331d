// All backends fail together, as they do when the machine that they are on goes down, and come back one by one in another
// order: whoever asks meanwhile gets AWS's own 503, and what was acknowledged is handled in the end.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html, "ServiceUnavailable"
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type EngineName, engineNames } from '../../scripts/backends/engine.ts';
import { describeOn } from '../support/backends.ts';
import { allAreHandled, EVENTUALLY } from './all-handled.ts';
import { createFaultyEngine, type FaultyEngine } from './faulty-engine.ts';
import { type Product, startProduct } from './product.ts';
import { startTraffic } from './traffic.ts';
import { workloads } from './workloads.ts';

const MANY = 10;
const TITLES = { redis: 'Redis', kafka: 'Kafka', minio: 'MinIO' } as const;

describeOn(['redis', 'kafka', 'minio'], 'Redis, Kafka and MinIO', () => {
  const engines = new Map<EngineName, FaultyEngine>();
  let product: Product;
  beforeAll(async () => {
    for (const name of engineNames) engines.set(name, await createFaultyEngine(name));
    await Promise.all([...engines.values()].map((engine) => engine.start()));
    product = await startProduct(Object.fromEntries([...engines].map(([name, { url }]) => [name, url])));
  });
  afterAll(async () => {
    await product?.[Symbol.asyncDispose]();
    for (const engine of engines.values()) await engine[Symbol.asyncDispose]();
  });

  /** What health says, and which backends it says are away. */
  async function health(): Promise<{ readonly status: string; readonly away: readonly string[] }> {
    const { status, backends } = (await (await fetch(`${product.headwater.endpoint}/_headwater/health`)).json()) as {
      readonly status: string;
      readonly backends: Readonly<Record<string, string>>;
    };
    const names = Object.keys(backends).filter((name) => backends[name] === 'away');
    return { status, away: names.map((name) => name.split(' ')[0] ?? '').sort() };
  }
  const until = (holds: (said: Awaited<ReturnType<typeof health>>) => void) =>
    vi.waitFor(async () => holds(await health()), EVENTUALLY);

  test('killed together under load, and started again one by one, lose nothing', async () => {
    const { headwater } = product;
    const [viaRedis, viaKafka] = [await workloads.redis(product), await workloads.kafka(product)];
    const all = [startTraffic('all', viaRedis.send), startTraffic('stream', viaKafka.send)];
    await Promise.all(all.map((traffic) => traffic.more(MANY)));
    expect(await health()).toEqual({ status: 'ok', away: [] });

    await Promise.all([...engines.values()].map((engine) => engine.kill()));
    for (const { failures } of all) await vi.waitFor(() => expect(failures).not.toEqual([]), EVENTUALLY);
    // Nobody comes as far as MinIO while Redis, where it is written which buckets there are, is away.
    await until(({ away }) => expect(away).toEqual(expect.arrayContaining(['Kafka', 'Redis'])));
    expect((await health()).status).toBe('degraded');

    await engines.get('kafka')?.start();
    await until(({ away }) => expect(away).not.toContain('Kafka'));
    expect((await health()).away).toContain('Redis');
    await engines.get('redis')?.start();
    await until(({ away }) => expect(away).toEqual(['MinIO']));
    await engines.get('minio')?.start();
    await until((all) => expect(all).toEqual({ status: 'ok', away: [] }));
    await Promise.all(all.map((traffic) => traffic.more(MANY)));
    for (const traffic of all) await traffic.stop();
    for (const traffic of all) await allAreHandled(product, traffic);

    const failures = all.flatMap((traffic) => traffic.failures.map(({ code, status }) => `${status} ${code}`));
    expect(new Set(failures)).toEqual(new Set(['503 ServiceUnavailable']));
    await headwater.journal.caughtUp();
    const journal = headwater.journal.read().map(({ kind, what }) => `${kind} ${what}`);
    for (const title of Object.values(TITLES)) {
      expect(journal).toContainEqual(expect.stringMatching(`^fault ${title} .* is not available any more`));
      expect(journal).toContainEqual(expect.stringMatching(`^decision ${title} .* is available again`));
    }
  });
});

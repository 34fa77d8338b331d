// What a user meets when a backend fails: AWS's own 503 within seconds, mappings that say so and go on by themselves, and
// everything that was acknowledged handled in the end.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html, "ServiceUnavailable"
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EngineName } from '../../scripts/backends/engine.ts';
import { SECOND, startStopwatch } from '../../src/core/clock.ts';
import { describeOn } from '../support/backends.ts';
import { allAreHandled, EVENTUALLY } from './all-handled.ts';
import { createFaultyEngine, type FaultyEngine } from './faulty-engine.ts';
import { type Product, startProduct } from './product.ts';
import { startTraffic } from './traffic.ts';
import { type Workload, workloads } from './workloads.ts';

const NAMES = { redis: 'Redis', kafka: 'Kafka', minio: 'MinIO' } as const;
const GONE = /is not available any more/;
const BACK = /is available again/;
/** Within that time a request is answered, whatever the backend does: five seconds, and what a busy machine adds. */
const ANSWER_MS = 15 * SECOND;
/** What stopping may take by itself, and what it is allowed to. */
const STOP_MS = { own: 15 * SECOND, most: 60 * SECOND };
const SLOW_BY_MS = 100;
const MANY = 20;

interface Fault {
  begin(engine: FaultyEngine): Promise<void> | void;
  end(engine: FaultyEngine): Promise<void> | void;
}

const faults: Readonly<Record<string, Fault>> = {
  'is stopped and started again': { begin: (engine) => engine.stop(), end: (engine) => engine.start() },
  'is killed and started again': { begin: (engine) => engine.kill(), end: (engine) => engine.start() },
  'is paused': { begin: (engine) => engine.pause(), end: (engine) => engine.resume() },
  'is gone without a word': { begin: ({ line }) => line.hold(), end: ({ line }) => line.restore() },
  'is cut off': { begin: ({ line }) => line.down(), end: ({ line }) => line.restore() },
};

/** Holds the product, on a backend of its own, to what it promises while that backend fails. */
export function testFaults(name: EngineName): void {
  describeOn([name], NAMES[name], () => {
    let engine: FaultyEngine;
    let product: Product;
    let workload: Workload;
    beforeAll(async () => {
      engine = await createFaultyEngine(name);
      const told: string[] = [];
      const starting = startProduct({ [name]: engine.url }, told);
      await vi.waitFor(() => expect(told).not.toEqual([]), EVENTUALLY);
      await engine.start();
      product = await starting;
      workload = await workloads[name](product);
    });
    afterAll(async () => {
      await product?.[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
    });

    test('is waited for when it is not there at the start', () => {
      const { told } = product;
      expect(told[0]).toMatch(new RegExp(`^${NAMES[name]} at 127.0.0.1:\\d+ does not answer .*; trying for 30 s$`));
      expect(told).toContainEqual(expect.stringMatching(/ answers$/));
    });

    test.each(Object.entries(faults))('%s: nothing acknowledged is lost', async (what, fault) => {
      const { told, headwater } = product;
      const before = told.length;
      const traffic = startTraffic(what.replaceAll(' ', '-'), workload.send);
      await traffic.more(MANY);
      await fault.begin(engine);
      try {
        await product.tells(GONE, before);
        // A short fault may be over before a request has waited for as long as it may.
        await vi.waitFor(() => expect(traffic.failures).not.toEqual([]), EVENTUALLY);
        if (workload.lastResult) {
          await vi.waitFor(async () => expect(await workload.lastResult?.()).toMatch(/^PROBLEM: /), EVENTUALLY);
        }
        // Nobody knows what waits in a source that is away, once its poller has noticed.
        if (workload.isPolled) {
          await vi.waitFor(() => expect(headwater.activity.now()).toMatchObject({ idle: false }), EVENTUALLY);
        }
      } finally {
        await fault.end(engine);
      }
      await product.tells(BACK, before);
      await traffic.more(MANY);
      await traffic.stop();
      await allAreHandled(product, traffic);

      expect(new Set(traffic.failures.map(({ code, status }) => `${status} ${code}`))).toEqual(
        new Set(['503 ServiceUnavailable']),
      );
      expect(Math.max(...traffic.failures.map(({ tookMs }) => tookMs))).toBeLessThan(ANSWER_MS);
      expect(told.slice(before)).toEqual([expect.stringMatching(GONE), expect.stringMatching(BACK)]);
      await headwater.journal.caughtUp();
      const journal = headwater.journal.read().map(({ kind, what: said }) => `${kind} ${said}`);
      expect(journal).toContainEqual(expect.stringMatching(/^fault .* is not available any more/));
      expect(journal).toContainEqual(expect.stringMatching(/^decision .* is available again/));
      if (workload.lastResult) expect(await workload.lastResult()).toBe('OK');
    });

    test('is slow: all is done, later', async () => {
      engine.line.slow(SLOW_BY_MS);
      const traffic = startTraffic('slow', workload.send);
      await traffic.more(MANY / 2);
      engine.line.restore();
      await traffic.stop();
      await allAreHandled(product, traffic);
      expect(traffic.failures).toEqual([]);
    });

    test('is away: the product can be stopped all the same', async () => {
      engine.line.down();
      await expect(workload.send('lost')).rejects.toThrow();
      await vi.waitFor(() => expect(product.told.at(-1)).toMatch(GONE), EVENTUALLY);
      const elapsedMs = startStopwatch();
      await product.headwater.stop(STOP_MS.most);
      expect(elapsedMs()).toBeLessThan(STOP_MS.own);
    });
  });
}

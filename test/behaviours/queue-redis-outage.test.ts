// A Redis that is killed, stopped or out of reach: calls say so by name, who waits goes on waiting, and nothing that was
// acknowledged is lost.
// https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRedis } from '../../scripts/backends/native/redis.ts';
import { openRedis, type RedisLink } from '../../src/backends/redis/link.ts';
import { openMessageQueue } from '../../src/backends/redis/message-queue/message-queue.ts';
import { createActivity } from '../../src/core/activity.ts';
import { realClock, SECOND, startStopwatch } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { message, ORDERS, STANDARD } from '../conformance/message-queue.ts';
import { openBackendProxy } from '../support/backend-proxy.ts';
import { describeOn } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';

const forever = new AbortController().signal;

describeOn(['redis'], 'queues while Redis is away', () => {
  const closing: (() => unknown)[] = [];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headwater-redis-'));
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A Redis of the test's own, which it may treat as it likes. */
  async function start(port?: number) {
    const { url, pid = 0 } = await startRedis(folder, port);
    const end = () => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended already.
      }
    };
    closing.push(end);
    return { url, pid, end, port: Number(new URL(url).port) };
  }

  async function connect(url: string) {
    const told: string[] = [];
    const tell = (what: string) => told.push(what);
    const link: RedisLink = await openRedis({ url, namespace: 'test', deadlineMs: 5000, told: tell });
    const activity = createActivity();
    const queues = await openMessageQueue({
      ...{ link, activity, clock: realClock, random: systemRandom, timing: promptTiming },
    });
    closing.push(async () => {
      await queues[Symbol.asyncDispose]();
      await link[Symbol.asyncDispose]();
    });
    return { queues, activity, told };
  }

  test('keeps what it acknowledged when Redis is killed, and who waits is served when it is back', async () => {
    const redis = await start();
    const { queues, activity } = await connect(redis.url);
    await queues.declare(ORDERS, STANDARD);
    const waiting = queues.receive(ORDERS, { max: 1, signal: forever });
    const acknowledged: string[] = [];
    const sending = (async () => {
      for (let index = 0; ; index++) {
        await queues.send(ORDERS, [message(`m${index}`)]);
        acknowledged.push(`m${index}`);
        if (index === 50) redis.end();
      }
    })();
    const failure = await sending.catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'BACKEND_UNAVAILABLE', backend: `Redis at 127.0.0.1:${redis.port}` });
    const [early] = await waiting;
    const late = queues.receive(ORDERS, { max: 100, visibilityTimeoutMs: 0, signal: forever });
    expect(queues.due(ORDERS).dueNow).toBeGreaterThan(0);
    expect(activity.now().idle).toBe(false);
    await start(redis.port);
    const taken = [early, ...(await late)].map((each) => each?.id);
    expect(acknowledged.filter((id) => !taken.includes(id))).toEqual([]);
  });

  test('a stopped Redis fails each call within five seconds, and goes on by itself', async () => {
    const redis = await start();
    const { queues } = await connect(redis.url);
    await queues.declare(ORDERS, STANDARD);
    // Redis knows the script then.
    await queues.send(ORDERS, [message('early')]);
    await queues.receive(ORDERS, { max: 1, signal: forever });
    const waiting = queues.receive(ORDERS, { max: 1, signal: forever });
    process.kill(redis.pid, 'SIGSTOP');
    const elapsed = startStopwatch();
    await expect(queues.send(ORDERS, [message('a')])).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    // And what a busy machine adds.
    expect(elapsed()).toBeLessThan(15 * SECOND);
    process.kill(redis.pid, 'SIGCONT');
    // That send was done, as it reached Redis.
    expect((await waiting)[0]?.id).toBe('a');
  });

  test('who waits misses nothing while the line to Redis is cut', async () => {
    const redis = await start();
    const proxy = await openBackendProxy(redis.url);
    closing.push(() => proxy[Symbol.asyncDispose]());
    const { queues: here } = await connect(redis.url);
    const { queues: there, activity, told } = await connect(proxy.url);
    await here.declare(ORDERS, STANDARD);
    const waiting = there.receive(ORDERS, { max: 1, signal: forever });
    await there.counts(ORDERS);
    proxy.down();
    await expect.poll(() => told).not.toEqual([]);
    expect(there.due(ORDERS).dueNow).toBe(1);
    await here.send(ORDERS, [message('a')]);
    proxy.restore();
    expect((await waiting)[0]?.id).toBe('a');
    await expect.poll(() => there.due(ORDERS).dueNow).toBe(0);
    expect(await activity.rest(PATIENCE_MS)).toEqual([]);
  });

  test('ends while Redis is away, and leaves nobody waiting', async () => {
    const redis = await start();
    const { queues } = await connect(redis.url);
    await queues.declare(ORDERS, STANDARD);
    const waiting = queues.receive(ORDERS, { max: 1, signal: forever });
    redis.end();
    await queues[Symbol.asyncDispose]();
    expect(await waiting).toEqual([]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { openMessageQueue as openEmbedded } from '../../../src/backends/embedded/message-queue/message-queue.ts';
import { openLmdbStore } from '../../../src/backends/embedded/store.ts';
import { openRedis } from '../../../src/backends/redis/link.ts';
import { openMessageQueue as openOnRedis } from '../../../src/backends/redis/message-queue/message-queue.ts';
import { createActivity } from '../../../src/core/activity.ts';
import { asArn } from '../../../src/core/arn.ts';
import { DAY, realClock, SECOND } from '../../../src/core/clock.ts';
import type { MessageQueue, OutgoingMessage } from '../../../src/core/ports/message-queue.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { promptTiming } from '../../../src/core/timing.ts';
import { type Row, timed } from '../measure.ts';
import { compare, HALF, perSecond } from './compare.ts';

const queue = asArn('arn:aws:sqs:us-east-1:000000000000:bench');
const BODY = 'x'.repeat(1000);
const ROUNDS = 3;
const LOADS = [
  { name: 'one at a time', batch: 1, width: 1, messages: 200 },
  { name: '64 at once', batch: 1, width: 64, messages: 2000 },
  { name: 'batches of ten, 16 at once', batch: 10, width: 16, messages: 4000 },
] as const;

/** What is measured: a queue, and scripts that do the least of what a queue does. */
interface Subject {
  send(count: number): Promise<unknown>;
  /** Takes so many and deletes them. */
  takeAndDelete(count: number): Promise<void>;
  /** Milliseconds from a send to whoever waits. */
  sendToWaiter(): Promise<number>;
}

/** Messages through a queue, sent, taken and deleted, on Redis and embedded; the floor is the raw client with bare scripts. */
export async function measureQueueBackends(url = process.env['HEADWATER_TEST_REDIS']): Promise<readonly Row[]> {
  if (url === undefined) throw new Error('HEADWATER_TEST_REDIS is not set: see npm run backends');
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  const around = { clock: realClock, random: systemRandom, timing: promptTiming, activity: createActivity() };
  const namespace = `bench-${systemRandom.uuid()}`;
  const link = await openRedis({ url, namespace, deadlineMs: 5 * SECOND, told: () => {} });
  const raw = new Redis(url);
  const store = await openLmdbStore({ dataDir: folder, fsync: false });
  const onRedis = await openOnRedis({ link, ...around });
  const embedded = openEmbedded({ store, ...around });
  try {
    const subjects = {
      floor: await rawSubject(raw, link.connect(), `${link.prefix}raw`),
      redis: await subjectOf(onRedis),
      embedded: await subjectOf(embedded),
    };
    return [...(await throughput(subjects)), ...(await latency(subjects))];
  } finally {
    await onRedis.drop(queue);
    for (const each of [onRedis, embedded, store]) await each[Symbol.asyncDispose]();
    const keys = await raw.keys(`${link.prefix}*`);
    if (keys.length > 0) await raw.unlink(...keys);
    await link[Symbol.asyncDispose]();
    raw.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Subjects = Readonly<Record<'redis' | 'embedded' | 'floor', Subject>>;

const floorName = 'raw client on Redis';

async function throughput(subjects: Subjects): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { name, batch, width, messages } of LOADS) {
    const measure = async (subject: Subject) => {
      const batches = await perSecond(messages / batch, width, async () => {
        await subject.send(batch);
        await subject.takeAndDelete(batch);
      });
      return batch * batches;
    };
    const load = { what: `1 KB through a queue, ${name}`, unit: 'messages/s', rounds: ROUNDS };
    rows.push(...(await compare({ ...load, floorName, aim: HALF, subjects, measure })));
  }
  return rows;
}

const latency = (subjects: Subjects): Promise<readonly Row[]> =>
  compare({
    ...{ what: 'send to whoever waits', unit: 'ms', rounds: 100, floorName, aim: { value: 2 }, subjects },
    measure: (subject) => subject.sendToWaiter(),
  });

async function subjectOf(queues: MessageQueue): Promise<Subject> {
  await queues.declare(queue, {
    fifo: false,
    visibilityTimeoutMs: 30 * SECOND,
    delayMs: 0,
    retentionMs: 4 * DAY,
    deduplicationScope: 'queue',
    maxInFlight: 120_000,
  });
  const outgoing = (): OutgoingMessage => ({
    id: systemRandom.uuid(),
    content: { body: BODY, md5OfBody: '9f3b7f3b7f3b7f3b7f3b7f3b7f3b7f3b', senderId: 'AIDAAAAAAAAAAAAAAAAAA' },
  });
  return {
    send: (count) => queues.send(queue, Array.from({ length: count }, outgoing)),
    async takeAndDelete(count) {
      const taken = await queues.receive(queue, { max: count });
      await queues.remove(
        queue,
        taken.map(({ handle }) => handle),
      );
    },
    async sendToWaiter() {
      const waiting = queues.receive(queue, { max: 1, signal: new AbortController().signal });
      // Another turn, so that it does wait.
      await queues.counts(queue);
      const tookMs = await timed(async () => {
        void queues.send(queue, [outgoing()]);
        await waiting;
      });
      await queues.remove(
        queue,
        (await waiting).map(({ handle }) => handle),
      );
      return tookMs;
    },
  };
}

const SEND = `
for i = 1, #ARGV, 2 do
  local seq = redis.call('INCR', KEYS[1] .. ':sequence')
  redis.call('HSET', KEYS[1] .. ':bodies', seq, ARGV[i])
  redis.call('ZADD', KEYS[1] .. ':visible', ARGV[i + 1], seq)
end
redis.call('PUBLISH', KEYS[1] .. ':news', '1')`;
const TAKE = `
local taken = redis.call('ZRANGEBYSCORE', KEYS[1] .. ':visible', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for i, seq in ipairs(taken) do
  redis.call('ZADD', KEYS[1] .. ':visible', 'XX', ARGV[1] + 30000, seq)
  redis.call('HINCRBY', KEYS[1] .. ':receives', seq, 1)
  taken[i] = {seq, redis.call('HGET', KEYS[1] .. ':bodies', seq)}
end
return taken`;
const DELETE = `
for _, seq in ipairs(ARGV) do
  redis.call('ZREM', KEYS[1] .. ':visible', seq)
  redis.call('HDEL', KEYS[1] .. ':bodies', seq)
  redis.call('HDEL', KEYS[1] .. ':receives', seq)
end`;

/** The least that can be called a queue: bodies, an order by time, receives counted; who waits is told, and takes. */
async function rawSubject(client: Redis, listening: Redis, key: string): Promise<Subject> {
  const load = async (lua: string) => String(await client.script('LOAD', lua));
  const [send, take, remove] = [await load(SEND), await load(TAKE), await load(DELETE)];
  const subject: Subject = {
    send(count) {
      const args = Array.from({ length: count }, () => [BODY, realClock.nowMs()]).flat();
      return client.evalsha(send, 1, key, ...args);
    },
    async takeAndDelete(count) {
      const taken = (await client.evalsha(take, 1, key, realClock.nowMs(), count)) as readonly [string, string][];
      await client.evalsha(remove, 1, key, ...taken.map(([seq]) => seq));
    },
    async sendToWaiter() {
      await listening.subscribe(`${key}:news`);
      const told = new Promise((resolve) => listening.once('message', resolve));
      let taken: readonly [string, string][] = [];
      const tookMs = await timed(async () => {
        void subject.send(1);
        await told;
        taken = (await client.evalsha(take, 1, key, realClock.nowMs(), 1)) as readonly [string, string][];
      });
      await client.evalsha(remove, 1, key, ...taken.map(([seq]) => seq));
      await listening.unsubscribe(`${key}:news`);
      return tookMs;
    },
  };
  return subject;
}

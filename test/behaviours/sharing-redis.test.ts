// Processes that share a registry, leases, permits and queues on Redis: here each is a composition of its own with
// connections of its own, and one of them dies by losing these.
import { afterEach, expect, test } from 'vitest';
import { createSource } from '../../connectors/sqs/source.ts';
import { createMappings } from '../../mappings/poll/mappings.ts';
import { openRedis } from '../../src/backends/redis/link.ts';
import { openLeases } from '../../src/backends/redis/members/leases.ts';
import { MEMBER_TTL_MS, openMembers } from '../../src/backends/redis/members/members.ts';
import { openPermits } from '../../src/backends/redis/members/permits.ts';
import { openMessageQueue } from '../../src/backends/redis/message-queue/message-queue.ts';
import { openRegistry } from '../../src/backends/redis/registry.ts';
import { realClock, startStopwatch } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { FUNCTION, fakeFunction, QUEUE, returned, setUpDispatch } from './dispatch-fakes.ts';
import { bodiesOf, CONTEXT } from './mapping-fakes.ts';
import { eventOf, FakeStream, STREAM, textsOf } from './stream-fakes.ts';

const SETTINGS = {
  fifo: false,
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 345_600_000,
  deduplicationScope: 'queue',
  maxInFlight: 120_000,
} as const;

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (let close = closing.pop(); close; close = closing.pop()) await close();
});

/** Joins the namespace. `stream` is in memory: all share one. */
async function startProcess(namespace: string, stream: FakeStream) {
  const link = await openRedis({ url: backends.redis ?? '', namespace, deadlineMs: 5000, told: () => {} });
  const members = await openMembers({ link, random: systemRandom });
  const registry = await openRegistry({ link });
  const leases = await openLeases({ link, members });
  const permits = await openPermits({ link, members, random: systemRandom });
  const parts = setUpDispatch({ leases, permits });
  const queues = await openMessageQueue({ link, clock: realClock, ...pick(parts) });
  const delivered: string[] = [];
  const counting = { running: 0, most: 0 };
  parts.functions.set(
    FUNCTION,
    fakeFunction(async (request) => {
      counting.most = Math.max(counting.most, ++counting.running);
      await new Promise(setImmediate);
      counting.running--;
      delivered.push(...(request.trigger === 'sqs' ? bodiesOf(request.payload) : textsOf(eventOf(request))));
      return returned('null');
    }),
  );
  const source = createSource({
    ...{ queues, journal: parts.journal },
    describe: async (arn) => ({ arn, fifo: false, visibilityTimeoutMs: SETTINGS.visibilityTimeoutMs }),
  });
  const mappings = createMappings({
    ...{ ...parts, registry, clock: realClock, functions: parts.directory, capacity: 100 },
    sources: new Map([['sqs', source]]),
    streams: new Map([[stream.service, stream]]),
  });
  await mappings.start();
  const ports = [queues, permits, leases, registry, members];
  let isDead = false;
  const die = async () => {
    isDead = true;
    await link[Symbol.asyncDispose]();
  };
  closing.push(async () => {
    await mappings.close(500);
    if (isDead) return;
    for (const port of ports) await port[Symbol.asyncDispose]();
    const keys = await link.ask((client) => client.keys(`${link.prefix}*`));
    if (keys.length > 0) await link.ask((client) => client.del(...keys));
    await link[Symbol.asyncDispose]();
  });
  return { mappings, delivered, counting, queues, die, entries: parts.entries };
}

const pick = ({ random, timing, activity }: ReturnType<typeof setUpDispatch>) => ({ random, timing, activity });

describeOn(['redis'], 'processes that share Redis', () => {
  test('process each message of a queue once, within MaximumConcurrency', async () => {
    const namespace = systemRandom.uuid();
    const stream = new FakeStream(realClock, STREAM);
    const a = await startProcess(namespace, stream);
    const b = await startProcess(namespace, stream);
    await a.queues.declare(QUEUE, SETTINGS);
    const scaling = { ScalingConfig: { MaximumConcurrency: 2 } };
    await b.mappings.create({ FunctionName: 'fn', EventSourceArn: QUEUE, BatchSize: 1, ...scaling }, CONTEXT);
    const bodies = Array.from({ length: 60 }, (_, index) => String(index));
    const messages = bodies.map((body) => ({ id: body, content: { body, md5OfBody: '', senderId: '' } }));
    await a.queues.send(QUEUE, messages);
    const delivered = () => [...a.delivered, ...b.delivered].sort((x, y) => Number(x) - Number(y));
    await expect.poll(delivered).toEqual(bodies);
    expect(a.counting.most).toBeLessThanOrEqual(2);
    expect(b.counting.most).toBeLessThanOrEqual(2);
    await expect.poll(async () => await a.queues.counts(QUEUE)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('hear of a mapping within moments, and read each shard in one', async () => {
    const namespace = systemRandom.uuid();
    const stream = new FakeStream(realClock, STREAM);
    const a = await startProcess(namespace, stream);
    const b = await startProcess(namespace, stream);
    const input = { FunctionName: 'fn', EventSourceArn: STREAM, StartingPosition: 'TRIM_HORIZON', BatchSize: 1 };
    const { UUID } = await a.mappings.create(input, CONTEXT);
    await expect.poll(() => b.mappings.facts(String(UUID))?.uuid, { interval: 1 }).toBe(UUID);
    stream.put('shard-0', 'a', 'b', 'c');
    await expect.poll(() => [...a.delivered, ...b.delivered]).toEqual(['a', 'b', 'c']);
    await b.mappings.remove(String(UUID), CONTEXT);
    await expect.poll(() => a.mappings.facts(String(UUID))).toBeUndefined();
  });

  test('take over the shards of one that dies within the lease time, and lose nothing', async () => {
    const namespace = systemRandom.uuid();
    const stream = new FakeStream(realClock, STREAM);
    const processes = [await startProcess(namespace, stream), await startProcess(namespace, stream)];
    const input = { FunctionName: 'fn', EventSourceArn: STREAM, StartingPosition: 'TRIM_HORIZON', BatchSize: 1 };
    await processes[0]?.mappings.create(input, CONTEXT);
    stream.put('shard-0', 'a', 'b');
    await expect.poll(() => processes.flatMap(({ delivered }) => delivered)).toEqual(['a', 'b']);
    const [reads, waits] = processes[0]?.delivered.length ? processes : [...processes].reverse();
    await reads?.die();
    const passed = startStopwatch();
    stream.put('shard-0', 'c');
    await expect.poll(() => waits?.delivered.includes('c')).toBe(true);
    expect(passed()).toBeLessThan(3 * MEMBER_TTL_MS);
  });
});

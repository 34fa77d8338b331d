// The embedded message queue does what the port promises, in memory and on LMDB, and finds everything after a restart.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openMessageQueue } from '../../src/backends/embedded/message-queue/message-queue.ts';
import { openLmdbStore, openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';
import { MINUTE, SECOND } from '../../src/core/clock.ts';
import { conditions, DEAD, describeMessageQueue, FIFO, message, ORDERS, STANDARD } from './message-queue.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-queue-'));
const stores: Store[] = [];
let opened = 0;

async function openStore(name = `store-${opened++}`): Promise<Store> {
  const store = await openLmdbStore({ dataDir: join(folder, name), fsync: false });
  stores.push(store);
  return store;
}

afterEach(async () => {
  for (const store of stores.splice(0)) await store[Symbol.asyncDispose]();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeMessageQueue('memory', async (around) => openMessageQueue({ store: openMemoryStore(), ...around }));
describeMessageQueue('lmdb', async (around) => openMessageQueue({ store: await openStore(), ...around }));

test('wakes who waits in the turn in which a message is sent', async () => {
  const queues = openMessageQueue({ store: openMemoryStore(), ...conditions() });
  await queues.declare(ORDERS, STANDARD);
  const woken: string[] = [];
  const waiting = queues.receive(ORDERS, { max: 1, signal: new AbortController().signal });
  void waiting.then(([taken]) => woken.push(taken?.content.body ?? ''));
  await queues.send(ORDERS, [message('a')]);
  expect(woken).toEqual(['a']);
});

/** A queue, and the same one after the process came back. */
async function setUp(name: string) {
  const around = conditions();
  const store = await openStore(name);
  const queues = openMessageQueue({ store, ...around });
  const restart = async () => {
    await store[Symbol.asyncDispose]();
    stores.length = 0;
    return openMessageQueue({ store: await openStore(name), ...around });
  };
  return { ...around, queues, restart };
}

test('finds every acknowledged message after a restart, in order, with its receives', async () => {
  const { queues, restart, clock } = await setUp('restart-standard');
  await queues.declare(ORDERS, STANDARD);
  await queues.send(
    ORDERS,
    ['a', 'b', 'c', 'd'].map((text) => message(text)),
  );
  await queues.send(ORDERS, [message('late', { delayMs: MINUTE })]);
  const [a, b] = await queues.receive(ORDERS, { max: 2 });
  await queues.remove(ORDERS, [b?.handle ?? '']);
  const again = await restart();
  expect(await again.counts(ORDERS)).toEqual({ visible: 2, inFlight: 1, delayed: 1 });
  const taken = await again.receive(ORDERS, { max: 10 });
  expect(taken.map(({ content }) => content.body)).toEqual(['c', 'd']);
  await clock.advance(30 * SECOND);
  expect((await again.receive(ORDERS, { max: 1 }))[0]).toMatchObject({ id: 'a', receiveCount: 2 });
  expect(await again.remove(ORDERS, [a?.handle ?? ''])).toEqual(['stale']);
});

test('keeps sequence numbers growing and duplicates away over a restart', async () => {
  const { queues, restart } = await setUp('restart-fifo');
  await queues.declare(ORDERS, FIFO);
  const [before] = await queues.send(ORDERS, [message('a', { groupId: 'g' })]);
  const again = await restart();
  const [duplicate] = await again.send(ORDERS, [message('a', { groupId: 'g' })]);
  expect(duplicate).toEqual({ ...before, duplicate: true });
  const [after] = await again.send(ORDERS, [message('b', { groupId: 'g' })]);
  expect((after?.sequenceNumber ?? '') > (before?.sequenceNumber ?? '')).toBe(true);
  const taken = await again.receive(ORDERS, { max: 10 });
  expect(taken.map(({ content }) => content.body)).toEqual(['a', 'b']);
});

test('finds a dead letter in one queue only, with its receives', async () => {
  const { queues, restart } = await setUp('restart-redrive');
  await queues.declare(DEAD, STANDARD);
  await queues.declare(ORDERS, { ...STANDARD, redrive: { to: DEAD, maxReceiveCount: 1 } });
  await queues.send(ORDERS, [message('a')]);
  await queues.receive(ORDERS, { max: 1, visibilityTimeoutMs: 0 });
  await queues.receive(ORDERS, { max: 1 });
  const again = await restart();
  expect(await again.counts(ORDERS)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect((await again.receive(DEAD, { max: 1 }))[0]).toMatchObject({ receiveCount: 2, redrivenFrom: ORDERS });
});

test('keeps binary attributes as they are over a restart', async () => {
  const { queues, restart } = await setUp('restart-binary');
  await queues.declare(ORDERS, STANDARD);
  const binary = (text: string) => ({ k: { DataType: 'Binary', BinaryValue: Uint8Array.from(Buffer.from(text)) } });
  for (const text of ['first', 'second', 'third']) {
    const plain = message(text);
    await queues.send(ORDERS, [{ ...plain, content: { ...plain.content, attributes: binary(text) } }]);
  }
  const again = await restart();
  const taken = await again.receive(ORDERS, { max: 10 });
  const values = taken.map(({ content }) => Buffer.from(content.attributes?.['k']?.BinaryValue ?? []).toString());
  expect(values).toEqual(['first', 'second', 'third']);
});

test('forgets a deleted queue for good', async () => {
  const { queues, restart } = await setUp('restart-drop');
  await queues.declare(ORDERS, STANDARD);
  await queues.send(ORDERS, [message('a')]);
  await queues.drop(ORDERS);
  const again = await restart();
  await again.declare(ORDERS, STANDARD);
  expect(await again.receive(ORDERS, { max: 1 })).toEqual([]);
});

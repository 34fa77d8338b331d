// The embedded object store, keeping nothing and keeping all; and what only a durable one promises.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openObjectStore } from '../../src/backends/embedded/object-store/object-store.ts';
import { openLmdbStore, openMemoryStore } from '../../src/backends/embedded/store.ts';
import { realClock } from '../../src/core/clock.ts';
import type { ByteStream } from '../../src/core/operation.ts';
import { systemRandom } from '../../src/core/random.ts';
import { heldBytes } from '../support/held-bytes.ts';
import { conforms, putText, readText, type TestedStore } from './object-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-objects-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BUCKETS = { bucket: 'b', other: 'other' };
const time = { clock: realClock, random: systemRandom };

async function openDurable(name: string): Promise<TestedStore> {
  const dataDir = join(folder, name);
  const store = await openLmdbStore({ dataDir, fsync: false });
  const objects = await openObjectStore({ store, directory: join(dataDir, 'objects'), ...time });
  return {
    ...objects,
    ...BUCKETS,
    async [Symbol.asyncDispose]() {
      await objects[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

const openEphemeral = async () => ({
  ...(await openObjectStore({ store: openMemoryStore(), directory: undefined, ...time })),
  ...BUCKETS,
});

conforms('memory', openEphemeral);
conforms('lmdb and files', openDurable);

describe('a durable object store', () => {
  test('has everything after it was opened again: objects, versions, markers, attributes and uploads', async () => {
    {
      await using store = await openDurable('again');
      await putText(store, 'plain', 'text');
      await putText(store, 'versioned', 'one', 'enabled');
      await putText(store, 'versioned', 'two', 'enabled');
      await store.mark('b', 'gone', { versioning: 'enabled', attributes: {} });
      const upload = await store.beginUpload('b', 'parts', { x: 1 });
      await store.putPart(upload, 1, chunks(['part']), ({ md5 }) => ({ etag: md5, attributes: { y: 2 } }));
    }
    await using store = await openDurable('again');
    const version = await store.get('b', 'plain');
    expect(version && (await readText(store, version))).toBe('text');
    const newest = await store.get('b', 'versioned');
    expect(newest && (await readText(store, newest))).toBe('two');
    expect((await store.listVersions('b', { prefix: '', limit: 10 })).entries).toHaveLength(4);
    const [upload] = await store.uploads('b');
    expect(upload).toMatchObject({ key: 'parts', attributes: { x: 1 } });
    expect(upload && (await store.parts(upload))).toMatchObject([{ number: 1, size: 4, attributes: { y: 2 } }]);
  });

  test('removes what a killed process left half written, and files that nothing names', async () => {
    {
      await using store = await openDurable('sweep');
      await putText(store, 'k', 'kept');
    }
    const files = join(folder, 'sweep', 'objects');
    writeFileSync(join(files, 'half.part'), 'half');
    writeFileSync(join(files, 'unnamed'), 'whole, but its metadata never came');
    await using store = await openDurable('sweep');
    expect(readdirSync(files)).toHaveLength(1);
    const version = await store.get('b', 'k');
    expect(version && (await readText(store, version))).toBe('kept');
  });

  test('keeps no file of what was replaced or removed', async () => {
    await using store = await openDurable('tidy');
    for (const text of ['one', 'two']) await putText(store, 'k', text);
    await putText(store, 'other', 'x');
    await store.remove('b', 'other', 'null');
    expect(readdirSync(join(folder, 'tidy', 'objects'))).toHaveLength(1);
  });
});

test('an upload of 512 MB adds less than 64 MB of memory', async () => {
  await using store = await openDurable('large');
  const chunkBytes = 64 * 1024;
  const before = heldBytes();
  let highest = before;
  const body = (async function* () {
    for (let sent = 0; sent < 512 * 2 ** 20; sent += chunkBytes) {
      if (sent % (32 * 2 ** 20) === 0) highest = Math.max(highest, heldBytes());
      yield Buffer.alloc(chunkBytes, 'x');
    }
  })();
  await store.put('b', 'large', body, { versioning: 'off', finish: ({ md5 }) => ({ etag: md5, attributes: {} }) });
  expect(highest - before).toBeLessThan(64 * 2 ** 20);
  await store.drop('b');
});

async function* chunks(texts: readonly string[]): ByteStream {
  for (const text of texts) yield Buffer.from(text);
}

// What becomes of objects when MinIO goes away, hangs, or a connection is cut: nothing that was acknowledged is lost, and
// nothing is half there (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel).
import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { openMinio } from '../../src/backends/minio/link.ts';
import { openObjectStore } from '../../src/backends/minio/object-store/object-store.ts';
import { createActivity } from '../../src/core/activity.ts';
import { realClock, startStopwatch } from '../../src/core/clock.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { ByteStream } from '../../src/core/operation.ts';
import { systemRandom } from '../../src/core/random.ts';
import { openBackendProxy } from '../support/backend-proxy.ts';
import { backends, describeOn } from '../support/backends.ts';
import { heldBytes } from '../support/held-bytes.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { body, readAll } from './s3-fixture.ts';
import { createMinioNamespace } from './s3-minio-fixture.ts';

const MB = 2 ** 20;
const LOOK_EACH = 16 * MB;
const finish = ({ md5 }: { readonly md5: string }) => ({ etag: md5, attributes: { x: 1 } });

async function startStore() {
  const proxy = await openBackendProxy(backends.minio ?? '');
  const told: string[] = [];
  const tell = (what: string) => void told.push(what);
  const minio = await openMinio({ url: proxy.url, deadlineMs: 5000, told: tell });
  const store = await openObjectStore({
    ...{ minio, registry: openRegistry(openMemoryStore()), clock: realClock, random: systemRandom },
    ...{ leases: openLeases(), activity: createActivity(), told: tell },
  });
  const bucket = `hw-test-${systemRandom.uuid()}`;
  return {
    ...{ proxy, store, bucket, told, minio },
    put: (key: string, content: ByteStream, size?: number) =>
      store.put(bucket, key, content, { versioning: 'off', finish, size }),
    async [Symbol.asyncDispose]() {
      proxy.restore();
      await store.drop(bucket);
      await store[Symbol.asyncDispose]();
      await minio[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

async function* chunks(size: number, chunk = 64 * 1024): ByteStream {
  for (let left = size; left > 0; left -= chunk) yield Buffer.alloc(Math.min(left, chunk), 'x');
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describeOn(['minio'], 'MinIO that goes away', () => {
  test('makes every call fail by name, and is used again when it is back', async () => {
    await using started = await startStore();
    const { proxy, store, bucket, put, told } = started;
    await put('kept', body('kept'));
    proxy.down();
    const calls = [
      () => put('k', body('x')),
      () => put('large', chunks(MB), MB),
      () => store.get(bucket, 'kept'),
      () => store.list(bucket, { prefix: '', limit: 10 }),
      () => store.remove(bucket, 'kept', 'null'),
      () => store.beginUpload(bucket, 'k', {}),
      () => store.buckets(),
    ];
    for (const call of calls) expect(await failure(call())).toBeInstanceOf(BackendUnavailable);
    expect(told.filter((line) => line.includes('not available any more'))).toHaveLength(1);
    expect(told.join()).not.toContain('headwater-local');
    const returned = new Promise<void>((resolve) => started.minio.onReturn(resolve));
    proxy.restore();
    await returned;
    expect(await store.get(bucket, 'kept')).toMatchObject({ size: 4, attributes: { x: 1 } });
    expect(await store.get(bucket, 'k')).toBeUndefined();
    expect(told.at(-1)).toMatch(/is available again/);
  });

  test('is given up after five seconds when it takes no step', async () => {
    await using started = await startStore();
    const { proxy, store, bucket, put } = started;
    await put('k', body('x'));
    proxy.hold();
    const elapsedMs = startStopwatch();
    const failures = await Promise.all([
      failure(put('k', body('y'))),
      failure(put('large', chunks(20 * MB), 20 * MB)),
      failure(store.get(bucket, 'k')),
    ]);
    // And what a busy machine adds.
    expect(elapsedMs()).toBeLessThan(15_000);
    for (const each of failures) expect(each).toBeInstanceOf(BackendUnavailable);
  });

  test('keeps no part of an object whose connection is cut while its body comes', async () => {
    await using started = await startStore();
    const { proxy, store, bucket, put } = started;
    await put('k', body('before'));
    let sent = 0;
    const content = (async function* () {
      for await (const chunk of chunks(8 * MB)) {
        sent += chunk.length;
        if (sent === 4 * MB) proxy.cut();
        yield chunk;
      }
    })();
    expect(await failure(put('k', content, 8 * MB))).toBeInstanceOf(BackendUnavailable);
    const current = await store.get(bucket, 'k');
    expect(current && (await readAll((await store.read(current)) ?? body()))).toBe('before');
  });

  test('lets a client that sends slowly take its time', async () => {
    await using started = await startStore();
    const slow = (async function* () {
      yield Buffer.alloc(MB);
      // Longer than MinIO itself may take for a step.
      await new Promise((resolve) => realClock.setTimer(4500, () => resolve(undefined)));
      yield Buffer.alloc(MB);
    })();
    expect(await started.put('k', slow, 2 * MB)).toMatchObject({ kind: 'stored' });
  });
});

describeOn(['minio'], 'a large object', () => {
  test('of 100 MB is one put, with the MD5 as its ETag, and adds less than 64 MB of memory', async () => {
    await using started = await startStore();
    const { put, store, bucket } = started;
    const size = 100 * MB;
    await put('warm', chunks(MB), MB);
    const before = heldBytes();
    let highest = before;
    let passed = 0;
    const look = (chunk: Uint8Array) => {
      const isTime = Math.floor(passed / LOOK_EACH) < Math.floor((passed + chunk.length) / LOOK_EACH);
      passed += chunk.length;
      if (isTime) highest = Math.max(highest, heldBytes());
    };
    const digest = createHash('md5');
    const content = (async function* () {
      for await (const chunk of chunks(size)) {
        digest.update(chunk);
        look(chunk);
        yield chunk;
      }
    })();
    expect(await put('k', content, size)).toMatchObject({ kind: 'stored', version: { size } });
    const version = await store.get(bucket, 'k');
    expect(version).toMatchObject({ size, etag: digest.digest('hex'), attributes: { x: 1 } });
    expect(version?.partSizes).toBeUndefined();
    const head = await started.minio.send({ method: 'HEAD', bucket, key: 'k' });
    await head.text();
    expect(head.headers['etag']).toBe(`"${version?.etag}"`);
    let read = 0;
    for await (const chunk of (version && (await store.read(version))) ?? body()) {
      read += chunk.length;
      look(chunk);
    }
    expect(read).toBe(size);
    expect(highest - before).toBeLessThan(64 * MB);
  });

  test('whose length nobody says is one put, too', async () => {
    await using started = await startStore();
    expect(await started.put('k', chunks(3 * MB + 1))).toMatchObject({ version: { size: 3 * MB + 1 } });
    const version = await started.store.get(started.bucket, 'k');
    expect(version?.etag).not.toContain('-');
  });

  test('that is shorter or longer than was said is refused', async () => {
    await using started = await startStore();
    const { put, store, bucket } = started;
    for (const said of [2 * MB, 4 * MB]) {
      expect(await failure(put('k', chunks(3 * MB), said))).toMatchObject({ code: 'IncompleteBody' });
    }
    expect(await store.get(bucket, 'k')).toBeUndefined();
  });
});

describeOn(['minio', 'redis'], 'events of MinIO', () => {
  test('that came while Redis was away from this process are told of afterwards, once', async () => {
    await using proxy = await openBackendProxy(backends.redis ?? '');
    await using namespace = createMinioNamespace(proxy.url);
    const { bucket: Bucket, foreign, events } = namespace;
    const process = await namespace.start();
    await process.call('CreateBucket', {});
    await foreign.send(new PutObjectCommand({ Bucket, Key: '0', Body: 'x' }));
    await events.reach(1);
    // Cut off before it has noted what it told of, it would tell of that again.
    expect(await process.activity.rest(PATIENCE_MS)).toEqual([]);
    proxy.down();
    for (let n = 1; n <= 5; n += 1) await foreign.send(new PutObjectCommand({ Bucket, Key: String(n), Body: 'x' }));
    proxy.restore();
    await events.reach(6);
    await foreign.send(new PutObjectCommand({ Bucket, Key: '6', Body: 'x' }));
    await events.reach(7);
    expect(events.all.map(({ detail }) => detail.key)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  test('are told of by another process within the time of a lease, when the one that listens ends', async () => {
    await using namespace = createMinioNamespace();
    const { bucket: Bucket, foreign, events } = namespace;
    const first = await namespace.start();
    await first.call('CreateBucket', {});
    await namespace.start();
    await foreign.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    await events.reach(1);
    await first[Symbol.asyncDispose]();
    await foreign.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'x' }));
    await events.reach(2);
    expect(events.all.map(({ detail }) => detail.key)).toEqual(['a', 'b']);
  });
});

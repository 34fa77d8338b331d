// What is recorded of objects beside MinIO stays as much as there are objects, whatever others do there and whoever is
// killed in between (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingObjects.html).
import { AbortMultipartUploadCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { openMinio } from '../../src/backends/minio/link.ts';
import { createListings } from '../../src/backends/minio/object-store/listing.ts';
import { openObjectStore } from '../../src/backends/minio/object-store/object-store.ts';
import { createObjectRecords } from '../../src/backends/minio/object-store/records.ts';
import { sweepBucket } from '../../src/backends/minio/object-store/sweep.ts';
import { createUploadRecords } from '../../src/backends/minio/object-store/upload/upload-records.ts';
import { createVersions } from '../../src/backends/minio/object-store/versions.ts';
import { createActivity } from '../../src/core/activity.ts';
import { HOUR, MINUTE, realClock } from '../../src/core/clock.ts';
import type { Versioning } from '../../src/core/ports/object-store.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { body } from './s3-fixture.ts';
import { foreignClient } from './s3-minio-fixture.ts';

async function startStore() {
  const minio = await openMinio({ url: backends.minio ?? '', deadlineMs: 5000, told: () => {} });
  const registry = openRegistry(openMemoryStore());
  const store = await openObjectStore({
    ...{ minio, registry, clock: realClock, random: systemRandom },
    ...{ leases: openLeases(), activity: createActivity(), told: () => {} },
  });
  const bucket = `hw-test-${systemRandom.uuid()}`;
  const foreign = foreignClient();
  const records = createObjectRecords(registry);
  const versions = createVersions(minio, records);
  const uploads = createUploadRecords(registry);
  const sweeping = { minio, records, versions, uploads, listings: createListings(minio, versions) };
  return {
    ...{ store, bucket, records, foreign },
    put: (key: string, versioning: Versioning = 'off') =>
      store.put(bucket, key, body(key), {
        versioning,
        finish: ({ md5 }) => ({ etag: md5, attributes: { of: key } }),
      }),
    sweep: (afterMs = HOUR) => sweepBucket(sweeping, bucket, realClock.nowMs() + afterMs),
    async recorded() {
      const entries = await registry.list<{ key: string }>('minio/object/');
      return entries.map(({ value: { key } }) => key).sort();
    },
    async [Symbol.asyncDispose]() {
      await store.drop(bucket);
      expect(await registry.list('minio/')).toEqual([]);
      expect(await minio.use((client) => client.bucketExists(bucket))).toBe(false);
      await store[Symbol.asyncDispose]();
      await minio[Symbol.asyncDispose]();
      foreign.destroy();
    },
  };
}

describeOn(['minio'], 'what is recorded of objects on MinIO', () => {
  test('goes with those that others replaced or removed there', async () => {
    await using started = await startStore();
    const { put, foreign, bucket: Bucket, store, recorded, sweep } = started;
    for (const key of ['kept', 'replaced', 'removed', 'kept/below']) await put(key);
    await foreign.send(new PutObjectCommand({ Bucket, Key: 'replaced', Body: 'theirs' }));
    await foreign.send(new DeleteObjectCommand({ Bucket, Key: 'removed' }));
    await sweep();
    expect(await recorded()).toEqual(['kept', 'kept/below']);
    expect(await store.get(Bucket, 'kept')).toMatchObject({ attributes: { of: 'kept' } });
  });

  test('goes with puts that never came to their end, but not while they may', async () => {
    await using started = await startStore();
    const { put, records, bucket, recorded, sweep } = started;
    await put('k');
    const name = { bucket, key: 'k', id: systemRandom.uuid() };
    await records.put(name, { key: 'k', etag: 'e', modifiedAtMs: 0, attributes: {} });
    await sweep(5 * MINUTE);
    expect(await recorded()).toEqual(['k', 'k']);
    await sweep();
    expect(await recorded()).toEqual(['k']);
    expect(await records.get(name)).toBeUndefined();
  });

  test('stays with each version and marker', async () => {
    await using started = await startStore();
    const { put, store, bucket, recorded, sweep } = started;
    for (let n = 0; n < 3; n += 1) await put('k', 'enabled');
    await store.mark(bucket, 'k', { versioning: 'enabled', attributes: { of: 'marker' } });
    await sweep();
    expect(await recorded()).toEqual(['k', 'k', 'k', 'k']);
  });
});

describeOn(['minio'], 'what is recorded of uploads on MinIO', () => {
  test('goes when others end them there', async () => {
    await using started = await startStore();
    const { put, store, bucket: Bucket, foreign } = started;
    await put('other');
    const ended = await store.beginUpload(Bucket, 'k', {});
    const open = await store.beginUpload(Bucket, 'k', {});
    await foreign.send(new AbortMultipartUploadCommand({ Bucket, Key: 'k', UploadId: ended.id }));
    await started.sweep();
    expect((await store.uploads(Bucket)).map(({ id }) => id)).toEqual([open.id]);
  });
});

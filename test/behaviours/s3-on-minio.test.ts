// What S3 promises holds on MinIO, too: the tests of objects, versions, listings, uploads and events, on a real store.
import { afterAll } from 'vitest';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { type MinioLink, openMinio } from '../../src/backends/minio/link.ts';
import { openObjectStore } from '../../src/backends/minio/object-store/object-store.ts';
import { createActivity } from '../../src/core/activity.ts';
import type { ObjectStore } from '../../src/core/ports/object-store.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { withRenamedBuckets } from '../support/renamed-buckets.ts';
import { objectStores } from './s3-fixture.ts';

let link: Promise<MinioLink> | undefined;
const opened: { readonly store: ObjectStore; readonly buckets: Set<string> }[] = [];

objectStores.open = async (parts) => {
  link ??= openMinio({ url: backends.minio ?? '', deadlineMs: 5000, told: () => {} });
  const others = { leases: openLeases(), activity: createActivity(), told: () => {} };
  const store = await openObjectStore({ ...parts, ...others, random: systemRandom, minio: await link });
  const buckets = new Set<string>();
  opened.push({ store, buckets });
  const declare = store.declare;
  const noted: ObjectStore['declare'] = (bucket, versioning) => {
    buckets.add(bucket);
    return declare(bucket, versioning);
  };
  return withRenamedBuckets({ ...store, declare: noted }, `hw-test-${systemRandom.uuid()}-`);
};

afterAll(async () => {
  for (const { store, buckets } of opened) for (const bucket of buckets) await store.drop(bucket);
  await (await link)?.[Symbol.asyncDispose]();
});

describeOn(['minio'], 'on MinIO', async () => {
  await import('./s3-objects.test.ts');
  await import('./s3-versioning.test.ts');
  await import('./s3-listing.test.ts');
  await import('./s3-multipart.test.ts');
  await import('./s3-events.test.ts');
  await import('./s3-buckets.test.ts');
});

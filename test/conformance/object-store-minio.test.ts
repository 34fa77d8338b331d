// The object store on MinIO, with what MinIO cannot hold in a registry.
import { afterAll, beforeAll } from 'vitest';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { type MinioLink, openMinio } from '../../src/backends/minio/link.ts';
import { openObjectStore } from '../../src/backends/minio/object-store/object-store.ts';
import { createActivity } from '../../src/core/activity.ts';
import { realClock } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { backends, describeOn } from '../support/backends.ts';
import { conforms, type TestedStore } from './object-store.ts';

describeOn(['minio'], 'minio', () => {
  let minio: MinioLink;
  beforeAll(async () => {
    minio = await openMinio({ url: backends.minio ?? '', deadlineMs: 5000, told: () => {} });
  });
  afterAll(() => minio[Symbol.asyncDispose]());

  async function open(): Promise<TestedStore> {
    const registry = openRegistry(openMemoryStore());
    const store = await openObjectStore({
      ...{ minio, registry, clock: realClock, random: systemRandom },
      ...{ leases: openLeases(), activity: createActivity(), told: () => {} },
    });
    const [bucket = '', other = ''] = ['a', 'b'].map((name) => `hw-test-${systemRandom.uuid()}-${name}`);
    return {
      ...store,
      bucket,
      other,
      async [Symbol.asyncDispose]() {
        for (const each of [bucket, other]) await store.drop(each);
        await store[Symbol.asyncDispose]();
      },
    };
  }

  // MinIO keeps objects as folders: it looks for none below one, and has no folder without a name.
  conforms('MinIO', open, { nestedKeys: true, emptySegments: true });
});

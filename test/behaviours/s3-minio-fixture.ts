import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { Client } from 'minio';
import { expect } from 'vitest';
import { createS3 } from '../../connectors/s3/connector.ts';
import { type MinioLink, openMinio } from '../../src/backends/minio/link.ts';
import { openObjectStore } from '../../src/backends/minio/object-store/object-store.ts';
import { openEventInbox } from '../../src/backends/redis/event-inbox/event-inbox.ts';
import { openLeases } from '../../src/backends/redis/members/leases.ts';
import { openMembers } from '../../src/backends/redis/members/members.ts';
import { openRegistry } from '../../src/backends/redis/registry.ts';
import { type Activity, createActivity } from '../../src/core/activity.ts';
import { realClock } from '../../src/core/clock.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { ObjectStore } from '../../src/core/ports/object-store.ts';
import { systemRandom } from '../../src/core/random.ts';
import type { ObjectChangeEvent } from '../../src/core/records/s3-event.ts';
import { operationFiles } from '../../src/package-files.ts';
import { backends } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { createTestRedis } from '../support/test-redis.ts';
import { type Answer, CONTEXT } from './s3-fixture.ts';

/** What several processes of one namespace publish, in the order in which they did. */
export interface PublishedEvents {
  readonly all: readonly ObjectChangeEvent[];
  /** Resolves once there are so many. */
  reach(count: number): Promise<readonly ObjectChangeEvent[]>;
}

/** S3 of one process, as the composition root makes it. */
export interface MinioProcess extends AsyncDisposable {
  readonly told: readonly string[];
  readonly minio: MinioLink;
  readonly activity: Activity;
  readonly objects: ObjectStore;
  call(name: string, input: object): Promise<Answer>;
  /** Resolves once the first process of a namespace has looked through all buckets and waits for what comes. */
  listening(): Promise<void>;
}

/** Processes of one namespace on MinIO and Redis, and a client that goes straight to MinIO. */
export interface MinioNamespace extends AsyncDisposable {
  readonly bucket: string;
  readonly foreign: S3Client;
  readonly events: PublishedEvents;
  start(options?: { readonly minioUrl?: string }): Promise<MinioProcess>;
  /** Keeps the namespaces of other tests, each of which takes what it finds unclaimed, from taking the bucket. */
  claim(): Promise<void>;
}

/** A client as others use it. */
export function foreignClient(url = new URL(backends.minio ?? '')): S3Client {
  return new S3Client({
    endpoint: url.origin,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: url.username, secretAccessKey: url.password },
  });
}

/** A namespace of a test's own; its bucket is made by the first process that makes it. */
export function createMinioNamespace(redisUrl?: string): MinioNamespace {
  const redis = createTestRedis(redisUrl);
  const bucket = `hw-test-${systemRandom.uuid()}`;
  const events = createEvents(bucket);
  const foreign = foreignClient();
  const running = new Set<MinioProcess>();

  const start = async ({ minioUrl = backends.minio ?? '' }: { readonly minioUrl?: string } = {}) => {
    const told: string[] = [];
    const tell = (what: string) => void told.push(what);
    const link = await redis.open();
    const members = await openMembers({ link, random: systemRandom });
    const minio = await openMinio({ url: minioUrl, deadlineMs: 5000, told: tell });
    const registry = await openRegistry({ link });
    const leases = await openLeases({ link, members });
    const shared = { registry, clock: realClock, random: systemRandom, activity: createActivity() };
    const inbox = await openEventInbox({ link });
    const objects = await openObjectStore({ ...shared, minio, leases, inbox, told: tell });
    const s3 = createS3({
      ...{ ...shared, objects, journal: { append: () => {} }, enforcePolicies: false, publish: events.publish },
      operations: operationFiles('connectors/s3/api'),
      targets: { find: () => undefined },
      functions: {} as unknown as FunctionDirectory,
    });
    s3.start();
    const process: MinioProcess = {
      ...{ told, minio, activity: shared.activity, objects },
      async call(name, input) {
        const operation = await s3.api.operation(name);
        return await operation?.({ Bucket: bucket, ...input }, CONTEXT);
      },
      async listening() {
        await expect.poll(() => registry.get('minio/capture/mark')).toBeDefined();
        expect(await shared.activity.rest(PATIENCE_MS)).toEqual([]);
      },
      async [Symbol.asyncDispose]() {
        if (!running.delete(process)) return;
        await s3.close();
        for (const part of [objects, leases, registry, members, minio]) await part[Symbol.asyncDispose]();
      },
    };
    running.add(process);
    return process;
  };

  return {
    ...{ bucket, foreign, events, start },
    async claim() {
      await using inbox = await openEventInbox({ link: await redis.open() });
      await inbox.claim(bucket);
    },
    async [Symbol.asyncDispose]() {
      const last = [...running][0] ?? (await start());
      await dropBucket(last.minio, bucket);
      for (const process of [...running]) await process[Symbol.asyncDispose]();
      foreign.destroy();
      await redis[Symbol.asyncDispose]();
    },
  };
}

/** Removes a bucket past everything, with all versions. */
async function dropBucket(minio: MinioLink, bucket: string): Promise<void> {
  await minio.use((client) => dropWith(client, bucket));
}

async function dropWith(client: Client, bucket: string): Promise<void> {
  if (!(await client.bucketExists(bucket))) return;
  const found: { name: string; versionId: string }[] = [];
  for await (const each of client.listObjects(bucket, '', true, { IncludeVersion: true })) {
    found.push({ name: each.name, versionId: each.versionId });
  }
  if (found.length > 0) await client.removeObjects(bucket, found);
  await client.removeBucket(bucket);
}

/** Makes a bucket as others do. */
export async function makeForeignBucket({ foreign, bucket, claim }: MinioNamespace, versioned: boolean): Promise<void> {
  await claim();
  await foreign.send(new CreateBucketCommand({ Bucket: bucket }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  if (versioned) await foreign.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
}

/** Those of other tests' buckets, which are found there too, are none of its own. */
function createEvents(bucket: string): PublishedEvents & { publish(event: ObjectChangeEvent): Promise<void> } {
  const all: ObjectChangeEvent[] = [];
  let wake = () => {};
  return {
    all,
    async publish(event) {
      if (event.detail.bucket === bucket) all.push(event);
      wake();
    },
    async reach(count) {
      while (all.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return all;
    },
  };
}

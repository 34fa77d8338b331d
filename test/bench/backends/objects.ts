import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'minio';
import { openObjectStore as openEmbedded } from '../../../src/backends/embedded/object-store/object-store.ts';
import { openLmdbStore } from '../../../src/backends/embedded/store.ts';
import { openMinio } from '../../../src/backends/minio/link.ts';
import { openObjectStore as openOnMinio } from '../../../src/backends/minio/object-store/object-store.ts';
import { openEventInbox } from '../../../src/backends/redis/event-inbox/event-inbox.ts';
import { openRedis } from '../../../src/backends/redis/link.ts';
import { openLeases } from '../../../src/backends/redis/members/leases.ts';
import { openMembers } from '../../../src/backends/redis/members/members.ts';
import { openRegistry } from '../../../src/backends/redis/registry.ts';
import { createActivity } from '../../../src/core/activity.ts';
import { realClock, SECOND } from '../../../src/core/clock.ts';
import type { ByteStream } from '../../../src/core/operation.ts';
import type { ObjectStore } from '../../../src/core/ports/object-store.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { median, type Row, timed } from '../measure.ts';
import { compare, HALF, perSecond } from './compare.ts';
import { minioClient } from './minio-client.ts';

const KB = 1024;
const MB = 1024 * KB;
const ROUNDS = 3;
const LOADS = [
  { name: '1 KB, one at a time', bytes: KB, width: 1, objects: 60 },
  { name: '1 KB, 16 at once', bytes: KB, width: 16, objects: 400 },
  { name: '16 MB, one at a time', bytes: 16 * MB, width: 1, objects: 4 },
] as const;

/** What is measured. */
interface Subject {
  put(key: string, bytes: number): Promise<void>;
  get(key: string): Promise<void>;
}

/** Objects on MinIO, with a registry on Redis, and embedded; the floor is MinIO's own client on the same MinIO. */
export async function measureObjectBackends(
  url = process.env['HEADWATER_TEST_MINIO'],
  redisUrl = process.env['HEADWATER_TEST_REDIS'],
): Promise<readonly Row[]> {
  if (url === undefined || redisUrl === undefined) throw new Error('MinIO or Redis is not up: see npm run backends');
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  const bucket = `hw-bench-${systemRandom.uuid()}`;
  const opened: AsyncDisposable[] = [];
  const kept = <Opened extends AsyncDisposable>(each: Opened): Opened => {
    opened.unshift(each);
    return each;
  };
  const around = { clock: realClock, random: systemRandom, activity: createActivity(), told: () => {} };
  const link = kept(
    await openRedis({ url: redisUrl, namespace: `bench-${bucket}`, deadlineMs: 5 * SECOND, told: () => {} }),
  );
  const members = kept(await openMembers({ link, random: systemRandom }));
  const registry = kept(await openRegistry({ link }));
  const leases = kept(await openLeases({ link, members }));
  const minio = kept(await openMinio({ url, deadlineMs: 5 * SECOND, told: () => {} }));
  const inbox = await openEventInbox({ link });
  const onMinio = kept(await openOnMinio({ ...around, minio, registry, leases, inbox }));
  const store = kept(await openLmdbStore({ dataDir: folder, fsync: false }));
  const embedded = kept(await openEmbedded({ store, directory: join(folder, 'objects'), ...around }));
  const raw = minioClient(url);
  try {
    await onMinio.declare(bucket, 'off');
    const subjects = {
      floor: rawSubject(raw, bucket, 'raw/'),
      minio: subjectOf(onMinio, bucket),
      embedded: subjectOf(embedded, bucket),
    };
    return [...(await throughput(subjects)), await foreignLatency(onMinio, raw, bucket)];
  } finally {
    await onMinio.drop(bucket);
    for (const each of opened) await each[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Subjects = Readonly<Record<'minio' | 'embedded' | 'floor', Subject>>;

async function throughput(subjects: Subjects): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { name, bytes, width, objects } of LOADS) {
    for (const what of ['put', 'get'] as const) {
      const compared = await compare({
        ...{ what: `${what} ${name}`, unit: 'objects/s', aim: HALF, floorName: 'raw client on MinIO', rounds: ROUNDS },
        subjects,
        measure: (subject) =>
          perSecond(objects, width, async (n) => {
            const key = `${bytes}/${n}`;
            await (what === 'put' ? subject.put(key, bytes) : subject.get(key));
          }),
      });
      rows.push(...compared);
    }
  }
  return rows;
}

/** From a put straight to MinIO until it is told of. */
async function foreignLatency(store: ObjectStore, raw: Client, bucket: string): Promise<Row> {
  let heard = (_key: string) => {};
  using _heeding = store.heed(async ({ key }) => heard(key));
  const figures: number[] = [];
  for (let round = 0; round < 60; round++) {
    const key = `foreign/${round}`;
    const told = new Promise<void>((resolve) => {
      heard = (each) => {
        if (each === key) resolve();
      };
    });
    let acknowledgedMs = 0;
    const totalMs = await timed(async () => {
      acknowledgedMs = await timed(() => raw.putObject(bucket, key, 'x'));
      await told;
    });
    figures.push(totalMs - acknowledgedMs);
  }
  return { what: 'put straight to MinIO → told of', ours: median(figures.slice(5)), unit: 'ms', aim: { value: 30 } };
}

function subjectOf(store: ObjectStore, bucket: string): Subject {
  const finish = ({ md5 }: { readonly md5: string }) => ({ etag: md5, attributes: { contentType: 'text/plain' } });
  return {
    async put(key, size) {
      await store.put(bucket, key, chunks(size), { versioning: 'off', finish, size });
    },
    async get(key) {
      const version = await store.get(bucket, key);
      for await (const _chunk of (version && (await store.read(version))) ?? chunks(0));
    },
  };
}

function rawSubject(raw: Client, bucket: string, prefix: string): Subject {
  return {
    // What it is given whole it sends in one put.
    async put(key, size) {
      await raw.putObject(bucket, prefix + key, Buffer.alloc(size, 'x'), size);
    },
    async get(key) {
      await raw.statObject(bucket, prefix + key);
      for await (const _chunk of await raw.getObject(bucket, prefix + key));
    },
  };
}

async function* chunks(size: number): ByteStream {
  for (let left = size; left > 0; left -= 64 * KB) yield Buffer.alloc(Math.min(left, 64 * KB), 'x');
}

import { realClock, SECOND, sleep } from '../../../core/clock.ts';
import { ServiceError } from '../../../core/errors.ts';
import type { StoredBucket, Versioning } from '../../../core/ports/object-store.ts';
import { backOffMs } from '../../../core/waiting/back-off.ts';
import type { MinioLink } from '../link.ts';
import { escapeXml, textOf } from '../xml.ts';

/** MinIO's buckets, made when they are declared or first written to. */
export interface MinioBuckets {
  /** Makes the bucket unless it is there, and sets how it treats versions. */
  declare(bucket: string, versioning: Versioning): Promise<void>;
  /** The same, unless this process knows that it is so. */
  ensure(bucket: string, versioning: Versioning): Promise<void>;
  /** Does what needs the bucket; where there is none it is made first. */
  inside<T>(bucket: string, work: () => Promise<T>): Promise<T>;
  /** Gives the bucket up. */
  forget(bucket: string): Promise<void>;
  /** The bucket was not there: what is known of it is no more true, and it is made again when it is written to. */
  miss(bucket: string): void;
  /** Those that are this namespace's, or nobody's until now. */
  list(only?: string): Promise<readonly StoredBucket[]>;
}

/** Whose bucket it is, and who hears of what happens in it. */
export interface BucketOwnership {
  /** Makes the bucket this namespace's; false when another has it. */
  claim(bucket: string): Promise<boolean>;
  /** The same of a bucket that is not there, whoever had it. */
  seize(bucket: string): Promise<void>;
  release(bucket: string): Promise<void>;
  claims(): Promise<readonly string[]>;
  subscribe(bucket: string): Promise<void>;
  /** The bucket is not there any more: one of its name is another. */
  unsubscribe(bucket: string): void;
}

/** Of a bucket that is being removed MinIO says for a moment that access is denied, or that the request was not whole. */
const LOOKS = 6;
const LOOK_AGAIN = { firstMs: 10, maxMs: SECOND / 4 };

/** Buckets that are nobody else's. */
export function createMinioBuckets(minio: MinioLink, ownership: BucketOwnership): MinioBuckets {
  const { claim, subscribe } = ownership;
  const known = new Map<string, Versioning>();
  const madeAtMs = new Map<string, number>();
  const miss = (bucket: string) => {
    known.delete(bucket);
    madeAtMs.delete(bucket);
    ownership.unsubscribe(bucket);
  };
  const forget = async (bucket: string) => {
    miss(bucket);
    await ownership.release(bucket);
  };
  const declare = async (bucket: string, versioning: Versioning) => {
    if (!(await claim(bucket))) {
      if (await isThere(minio, bucket)) throw takenElsewhere(bucket);
      await ownership.seize(bucket);
    }
    if (await make(minio, bucket)) miss(bucket);
    // Until it was made another process could take the claim for one of a bucket that was removed.
    if (!(await claim(bucket))) throw takenElsewhere(bucket);
    if (versioning !== 'off' || (await versioningOf(minio, bucket)) === 'enabled') {
      await setVersioning(minio, bucket, versioning === 'enabled' ? 'Enabled' : 'Suspended');
    }
    await subscribe(bucket);
    known.set(bucket, versioning);
  };
  /** Hears of the bucket from now on; nothing when it is another's. */
  const look = async (name: string, createdAtMs: number): Promise<StoredBucket[]> => {
    if (!(await claim(name))) return [];
    if ((madeAtMs.get(name) ?? createdAtMs) !== createdAtMs) miss(name);
    madeAtMs.set(name, createdAtMs);
    const versioning = await versioningOf(minio, name);
    await subscribe(name);
    return [{ name, createdAtMs, versioning }];
  };
  /** The same; nothing when it was removed a moment ago: then it is nobody's. */
  const see = async (name: string, createdAtMs: number): Promise<StoredBucket[]> => {
    for (let looks = 1; ; looks += 1) {
      try {
        return await look(name, createdAtMs);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        if (!(await isThere(minio, name))) {
          await abandon(name);
          return [];
        }
        if (looks === LOOKS) throw error;
        await sleep(realClock, backOffMs(looks, LOOK_AGAIN));
      }
    }
  };
  /** Gives up what others removed, unless it was made again since. */
  const abandon = async (name: string) => {
    if (await isThere(minio, name)) return;
    await forget(name);
    if (await isThere(minio, name)) await claim(name);
  };
  return {
    ...{ declare, forget, miss },
    async ensure(bucket, versioning) {
      if (known.get(bucket) !== versioning) await declare(bucket, versioning);
    },
    async inside(bucket, work) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'NoSuchBucket') throw error;
        miss(bucket);
        await declare(bucket, 'off');
        return await work();
      }
    },
    async list(only) {
      const claims = only === undefined ? await ownership.claims() : [];
      const buckets = await minio.use((client) => client.listBuckets());
      const names = new Set(buckets.map(({ name }) => name));
      await Promise.all(claims.filter((name) => !names.has(name)).map(abandon));
      const listed = buckets
        .filter(({ name }) => only === undefined || name === only)
        .map(({ name, creationDate }) => see(name, creationDate.getTime()));
      return (await Promise.all(listed)).flat();
    },
  };
}

const takenElsewhere = (bucket: string) =>
  new ServiceError(
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    { status: 409, members: { BucketName: bucket } },
  );

async function isThere(minio: MinioLink, bucket: string): Promise<boolean> {
  const answer = await minio.send({ method: 'HEAD', bucket });
  await answer.text();
  return answer.status !== 404;
}

/** False when it was there. */
async function make(minio: MinioLink, bucket: string): Promise<boolean> {
  try {
    await (await minio.ask({ method: 'PUT', bucket })).text();
    return true;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'BucketAlreadyOwnedByYou') throw error;
    return false;
  }
}

async function versioningOf(minio: MinioLink, bucket: string): Promise<Versioning> {
  const answer = await minio.ask({ method: 'GET', bucket, query: { versioning: '' } });
  const status = textOf(await answer.text(), 'Status');
  return status === 'Enabled' ? 'enabled' : status === 'Suspended' ? 'suspended' : 'off';
}

async function setVersioning(minio: MinioLink, bucket: string, status: 'Enabled' | 'Suspended'): Promise<void> {
  const body = Buffer.from(`<VersioningConfiguration><Status>${escapeXml(status)}</Status></VersioningConfiguration>`);
  await (await minio.ask({ method: 'PUT', bucket, query: { versioning: '' }, body })).text();
}

import { ServiceError } from '../../../core/errors.ts';
import type { StoredBucket, Versioning } from '../../../core/ports/object-store.ts';
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
  /** Those that are this namespace's, or nobody's until now. */
  list(only?: string): Promise<readonly StoredBucket[]>;
}

/** Whose bucket it is, and who hears of what happens in it. */
export interface BucketOwnership {
  /** Makes the bucket this namespace's; false when another has it. */
  claim(bucket: string): Promise<boolean>;
  release(bucket: string): Promise<void>;
  subscribe(bucket: string): Promise<void>;
}

/** Buckets that are nobody else's. */
export function createMinioBuckets(minio: MinioLink, { claim, release, subscribe }: BucketOwnership): MinioBuckets {
  const known = new Map<string, Versioning>();
  const declare = async (bucket: string, versioning: Versioning) => {
    if (!(await claim(bucket))) throw takenElsewhere(bucket);
    await make(minio, bucket);
    if (versioning !== 'off' || (await versioningOf(minio, bucket)) === 'enabled') {
      await setVersioning(minio, bucket, versioning === 'enabled' ? 'Enabled' : 'Suspended');
    }
    await subscribe(bucket);
    known.set(bucket, versioning);
  };
  /** Hears of the bucket from now on; nothing when it is another's, or was removed a moment ago. */
  const see = async (name: string, createdAtMs: number): Promise<StoredBucket[]> => {
    try {
      if (!(await claim(name))) return [];
      const versioning = await versioningOf(minio, name);
      await subscribe(name);
      return [{ name, createdAtMs, versioning }];
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'NoSuchBucket') return [];
      throw error;
    }
  };
  return {
    declare,
    async ensure(bucket, versioning) {
      if (known.get(bucket) !== versioning) await declare(bucket, versioning);
    },
    async inside(bucket, work) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'NoSuchBucket') throw error;
        await declare(bucket, 'off');
        return await work();
      }
    },
    async forget(bucket) {
      known.delete(bucket);
      await release(bucket);
    },
    async list(only) {
      const buckets = await minio.use((client) => client.listBuckets());
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

async function make(minio: MinioLink, bucket: string): Promise<void> {
  try {
    await (await minio.ask({ method: 'PUT', bucket })).text();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'BucketAlreadyOwnedByYou') throw error;
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

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
  /** Nothing is known of the bucket any more. */
  forget(bucket: string): void;
  list(): Promise<readonly StoredBucket[]>;
}

/** @param declared called for each bucket that this process sees for the first time, before it is used */
export function createMinioBuckets(minio: MinioLink, declared: (bucket: string) => Promise<void>): MinioBuckets {
  const known = new Map<string, Versioning>();
  const declare = async (bucket: string, versioning: Versioning) => {
    await make(minio, bucket);
    if (versioning !== 'off' || (await versioningOf(minio, bucket)) === 'enabled') {
      await setVersioning(minio, bucket, versioning === 'enabled' ? 'Enabled' : 'Suspended');
    }
    await declared(bucket);
    known.set(bucket, versioning);
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
    forget: (bucket) => void known.delete(bucket),
    async list() {
      const buckets = await minio.client.listBuckets();
      const listed = buckets.map(async ({ name, creationDate }) => ({
        name,
        createdAtMs: creationDate.getTime(),
        versioning: await versioningOf(minio, name),
      }));
      return await Promise.all(listed);
    },
  };
}

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

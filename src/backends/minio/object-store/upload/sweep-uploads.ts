import type { MinioLink } from '../../link.ts';
import { storedParts } from './stored-parts.ts';
import type { UploadRecords } from './upload-records.ts';

/** Forgets uploads that MinIO has no more: it ends what lies for a day, and others may. */
export async function sweepUploads(minio: MinioLink, uploads: UploadRecords, bucket: string): Promise<void> {
  for (const { id, record } of await uploads.list(bucket)) {
    const upload = { bucket, key: record.key, id };
    if ((await storedParts(minio, upload)) === undefined) await uploads.forget(upload);
  }
}

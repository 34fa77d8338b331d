import type { Clock } from '../../../../core/clock.ts';
import { ServiceError } from '../../../../core/errors.ts';
import type {
  ObjectStore,
  ObjectVersion,
  PutOutcome,
  Upload,
  UploadPart,
} from '../../../../core/ports/object-store.ts';
import type { MinioLink } from '../../link.ts';
import { escapeXml, textOf } from '../../xml.ts';
import type { MinioBuckets } from '../buckets.ts';
import { conditionHeaders, holds } from '../expectation.ts';
import { replacedBy } from '../put.ts';
import type { ObjectRecords } from '../records.ts';
import { shownVersionId } from '../version-id.ts';
import type { Versions } from '../versions.ts';
import { type StoredPart, storedParts } from './stored-parts.ts';
import type { UploadRecords } from './upload-records.ts';

/** What uploads are made of. */
export interface UploadParts {
  readonly minio: MinioLink;
  readonly clock: Clock;
  readonly buckets: MinioBuckets;
  readonly versions: Versions;
  readonly records: ObjectRecords;
  readonly uploads: UploadRecords;
}

/** Makes objects of uploads: MinIO joins the parts, no byte is copied. */
export function createComplete(store: UploadParts): ObjectStore['complete'] {
  const { minio, clock, buckets, versions, records, uploads } = store;
  return async (upload, parts, { versioning, expect, etag, attributes }): Promise<PutOutcome> => {
    const { bucket, key, id } = upload;
    const record = await uploads.get(upload);
    const used = record && (await namedParts(store, upload, parts));
    if (!record || !used) return { kind: 'gone' };
    await buckets.ensure(bucket, versioning);
    const current = expect && (await versions.find(bucket, key));
    if (!holds(expect, current)) return { kind: 'refused', current: current?.version };
    const replaced = await replacedBy(versions, bucket, key, versioning);
    const partSizes = used.map(({ size }) => size);
    const facts = { etag, attributes, modifiedAtMs: clock.nowMs(), partSizes };
    const name = { bucket, key, id: record.writeId };
    // It stays when this fails: another completion of the same upload may have come first, and it is of that object then.
    await records.put(name, { key, ...facts });
    const headers = conditionHeaders(expect, current);
    const body = Buffer.from(completion(used));
    const answer = await minio.send({ method: 'POST', bucket, key, query: { uploadId: id }, headers, body });
    const text = await answer.text();
    // A completion that takes long is answered 200 before it is known how it ends.
    const code = textOf(text, 'Code');
    if (code === 'NoSuchUpload') return { kind: 'gone' };
    if (answer.status === 412 || (expect && answer.status === 404)) {
      return { kind: 'refused', current: (await versions.find(bucket, key))?.version };
    }
    if (answer.status !== 200 || code !== undefined) {
      const status = Math.max(answer.status, 400);
      throw new ServiceError(code ?? 'InternalError', textOf(text, 'Message') ?? '', { status });
    }
    if (replaced) await records.remove(replaced);
    await uploads.forget(upload);
    const size = partSizes.reduce((sum, each) => sum + each, 0);
    const versionId = shownVersionId(answer.headers['x-amz-version-id']);
    const version: ObjectVersion = { ...name, ...facts, versionId, size, deleteMarker: false };
    return { kind: 'stored', version };
  };
}

/** The parts as MinIO has them; `undefined` when the upload has ended or one of them was replaced since. */
async function namedParts(
  { minio, uploads }: UploadParts,
  upload: Upload,
  parts: readonly UploadPart[],
): Promise<readonly StoredPart[] | undefined> {
  const present = new Map((await storedParts(minio, upload))?.map((part) => [part.number, part]));
  const named = parts.map(async ({ number, etag }) => {
    const part = present.get(number);
    const record = part && (await uploads.part(upload, part));
    return record?.etag === etag ? part : undefined;
  });
  const found = (await Promise.all(named)).filter((part) => part !== undefined);
  return found.length === 0 || found.length < parts.length ? undefined : found;
}

function completion(parts: readonly StoredPart[]): string {
  const lines = parts.map(
    ({ number, md5 }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(md5)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${lines.join('')}</CompleteMultipartUpload>`;
}

import type { RequestContext } from '../../../src/core/operation.ts';
import type { ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { invalidArgument, invalidRequest, noSuchKey, noSuchVersion, refusal } from '../errors.ts';
import type { S3 } from '../service.ts';
import { checkCustomerKey } from './encryption.ts';
import { factsOf, isArchived } from './object-facts.ts';
import { checkCopyConditions } from './precondition.ts';
import { invalidVersionId, isVersionId } from './version-lookup.ts';

/** The members by which a request names what it copies. */
export interface CopyInput {
  readonly CopySource?: string | undefined;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

/** What is copied. */
export interface CopySource {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  /** Whether the request named a version. */
  readonly isVersionNamed: boolean;
}

/** The version that is to be copied, if it may be. */
export async function openCopySource(s3: S3, input: CopyInput, context: RequestContext): Promise<CopySource> {
  const { bucketName, key, versionId } = parseCopySource(input.CopySource ?? '');
  const target = { Bucket: bucketName, ExpectedBucketOwner: input.ExpectedSourceBucketOwner };
  const bucket = await s3.buckets.open(target, context);
  if (versionId !== undefined && !isVersionId(versionId)) throw invalidVersionId(versionId);
  const version = await s3.objects.get(bucket.name, key, versionId);
  if (!version || version.deleteMarker) throw missing(key, versionId, version);
  const { encryption, storageClass } = factsOf(version);
  if (isArchived(storageClass)) {
    throw refusal(
      403,
      'ObjectNotInActiveTierError',
      'The source object of the COPY operation is not in the active tier and is only stored in Amazon S3 Glacier.',
    );
  }
  checkCustomerKey(encryption, {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  });
  const conditions = {
    ifMatch: input.CopySourceIfMatch,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifModifiedSince: input.CopySourceIfModifiedSince,
    ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  checkCopyConditions(conditions, version, s3.clock.nowMs());
  return { bucket, version, isVersionNamed: versionId !== undefined };
}

function missing(key: string, versionId: string | undefined, version: ObjectVersion | undefined) {
  if (versionId === undefined) return noSuchKey(key);
  if (!version) return noSuchVersion(key, versionId);
  return invalidRequest('The source of a copy request may not specifically refer to a delete marker by version id.');
}

/** `/bucket/key?versionId=id`, percent-encoded; the leading slash may be missing. */
function parseCopySource(header: string) {
  const [, path = '', versionId] = /^\/?(.*?)(?:\?versionId=(.*))?$/s.exec(header) ?? [];
  const decoded = decode(path);
  const slash = decoded?.indexOf('/') ?? -1;
  if (decoded === undefined || slash <= 0 || slash === decoded.length - 1) {
    throw invalidArgument('Invalid copy source object key', {
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: 'x-amz-copy-source',
    });
  }
  return { bucketName: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId };
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The version member of answers to copies. */
export const copiedVersion = ({ versionId }: ObjectVersion): { CopySourceVersionId?: string } =>
  versionId === 'null' ? {} : { CopySourceVersionId: versionId };

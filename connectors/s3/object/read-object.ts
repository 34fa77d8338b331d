import type { HeadObjectOutput, HeadObjectRequest } from '@aws-sdk/client-s3';
import { ServiceError } from '../../../src/core/errors.ts';
import type { ByteRange, ObjectVersion } from '../../../src/core/ports/object-store.ts';
import type { Bucket } from '../bucket/buckets.ts';
import type { S3 } from '../service.ts';
import { requestedRange } from './byte-range.ts';
import { checkCustomerKey } from './encryption.ts';
import { objectAnswer } from './object-answer.ts';
import { factsOf, isArchived } from './object-facts.ts';
import { checkReadConditions } from './precondition.ts';
import { findObject } from './version-lookup.ts';

/** An object that may be shown. */
export interface ObjectReading {
  readonly version: ObjectVersion;
  /** `undefined`: the whole. */
  readonly range: ByteRange | undefined;
  readonly answer: HeadObjectOutput;
}

/** What GetObject and HeadObject share: which object, whether it is to be sent, and what is said of it. */
export async function readObject(
  s3: S3,
  bucket: Bucket,
  input: Omit<HeadObjectRequest, 'Bucket'>,
  method: 'GET' | 'HEAD',
): Promise<ObjectReading> {
  const version = await findObject(s3, bucket, input, method);
  const { encryption, storageClass } = factsOf(version);
  checkCustomerKey(encryption, input);
  if (method === 'GET' && isArchived(storageClass)) {
    throw new ServiceError('InvalidObjectState', "The operation is not valid for the object's storage class", {
      status: 403,
      members: { StorageClass: storageClass },
    });
  }
  const conditions = {
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: input.IfModifiedSince,
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  };
  checkReadConditions(conditions, version, s3.clock.nowMs());
  const range = requestedRange(input, version);
  return { version, range, answer: objectAnswer(bucket, version, input, range) };
}

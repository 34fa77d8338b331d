import type { PutBucketVersioningRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { malformedXml, notImplementedHeader, refusal } from '../errors.ts';
import { versioningOf } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const putBucketVersioning: Operation<S3, PutBucketVersioningRequest, object> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const { Status: versioning, MFADelete } = input.VersioningConfiguration ?? {};
  if (MFADelete === 'Enabled') throw notImplementedHeader('x-amz-mfa', 'MFA delete is not supported');
  if (versioning === undefined) {
    throw refusal(400, 'IllegalVersioningConfigurationException', 'The Versioning element must be specified');
  }
  if (versioning !== 'Enabled' && versioning !== 'Suspended') throw malformedXml();
  if (bucket.objectLock && versioning === 'Suspended') {
    throw refusal(
      409,
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  }
  // The store first: what it says of a bucket is taken for others' change where it is not on record.
  await s3.objects.declare(bucket.name, versioningOf({ ...bucket, versioning }));
  await s3.buckets.change(bucket.name, () => ({ versioning }));
  return {};
};

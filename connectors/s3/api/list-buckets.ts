import type { ListBucketsOutput, ListBucketsRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { bucketArn } from '../bucket/buckets.ts';
import { ownerOf } from '../bucket/owner.ts';
import { checkRegion } from '../bucket/region.ts';
import { invalidArgument } from '../errors.ts';
import { keyOfToken, tokenFor } from '../listing/page.ts';
import { lastModified } from '../object/object-facts.ts';
import type { S3 } from '../service.ts';

const MAX_BUCKETS = 10_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: Operation<S3, ListBucketsRequest, ListBucketsOutput> = async (s3, input, context) => {
  const { Prefix, BucketRegion, ContinuationToken, MaxBuckets } = input;
  if (BucketRegion !== undefined) checkRegion(BucketRegion);
  if (MaxBuckets !== undefined && !(MaxBuckets >= 1 && MaxBuckets <= MAX_BUCKETS)) {
    throw invalidArgument(`Argument max-buckets must be an integer between 1 and ${MAX_BUCKETS}`, {
      ArgumentName: 'max-buckets',
      ArgumentValue: String(MaxBuckets),
    });
  }
  const from = ContinuationToken === undefined ? '' : keyOfToken(ContinuationToken);
  const matching = (await s3.buckets.list()).filter(
    ({ account, name, region }) =>
      account === context.account &&
      name >= from &&
      name.startsWith(Prefix ?? '') &&
      (BucketRegion === undefined || region === BucketRegion),
  );
  const size = MaxBuckets ?? MAX_BUCKETS;
  const next = matching[size];
  // Regions are shown to who asks for a page (recorded).
  const isPaged = [Prefix, BucketRegion, ContinuationToken, MaxBuckets].some((given) => given !== undefined);
  return {
    Owner: ownerOf(context.account),
    Buckets: matching.slice(0, size).map((bucket) => ({
      Name: bucket.name,
      CreationDate: lastModified({ modifiedAtMs: bucket.createdAtMs }),
      ...(isPaged ? { BucketRegion: bucket.region } : {}),
      BucketArn: bucketArn(bucket.name),
    })),
    ...(Prefix === undefined ? {} : { Prefix }),
    ...(next ? { ContinuationToken: tokenFor(next.name) } : {}),
  };
};

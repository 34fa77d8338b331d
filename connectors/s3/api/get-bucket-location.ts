import type { GetBucketLocationOutput, GetBucketLocationRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { GLOBAL_REGION } from '../bucket/region.ts';
import type { S3 } from '../service.ts';

type Location = GetBucketLocationOutput['LocationConstraint'];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation: Operation<S3, GetBucketLocationRequest, GetBucketLocationOutput> = async (
  s3,
  input,
  context,
) => {
  const { region } = await s3.buckets.open(input, context);
  return { LocationConstraint: region === GLOBAL_REGION ? undefined : (region as Location) };
};

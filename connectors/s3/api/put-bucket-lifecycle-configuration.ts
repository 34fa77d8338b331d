import type {
  PutBucketLifecycleConfigurationOutput,
  PutBucketLifecycleConfigurationRequest,
  TransitionDefaultMinimumObjectSize,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { lifecycleSettings } from '../bucket/lifecycle.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export const putBucketLifecycleConfiguration: Operation<
  S3,
  PutBucketLifecycleConfigurationRequest,
  PutBucketLifecycleConfigurationOutput
> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const newId = () => Buffer.from(s3.random.uuid()).toString('base64');
  const lifecycle = lifecycleSettings(
    input.LifecycleConfiguration?.Rules,
    input.TransitionDefaultMinimumObjectSize,
    newId,
  );
  await s3.buckets.change(bucket.name, () => ({ lifecycle }));
  return {
    TransitionDefaultMinimumObjectSize: lifecycle.minimumObjectSize as TransitionDefaultMinimumObjectSize,
  };
};

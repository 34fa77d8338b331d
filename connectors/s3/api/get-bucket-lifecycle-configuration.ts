import type { GetBucketLifecycleConfigurationOutput, TransitionDefaultMinimumObjectSize } from '@aws-sdk/client-s3';
import { getSetting } from '../bucket/bucket-setting.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export const getBucketLifecycleConfiguration = getSetting(
  'lifecycle',
  ({ rules, minimumObjectSize }): GetBucketLifecycleConfigurationOutput => ({
    Rules: [...rules],
    TransitionDefaultMinimumObjectSize: minimumObjectSize as TransitionDefaultMinimumObjectSize,
  }),
  { code: 'NoSuchLifecycleConfiguration', message: 'The lifecycle configuration does not exist' },
);

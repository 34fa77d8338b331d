import type { PutBucketAccelerateConfigurationRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { invalidRequest, malformedXml } from '../errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAccelerateConfiguration.html */
export const putBucketAccelerateConfiguration = putSetting<PutBucketAccelerateConfigurationRequest>(
  ({ AccelerateConfiguration: accelerate }, { name }) => {
    if (name.includes('.')) {
      throw invalidRequest('S3 Transfer Acceleration is not supported for buckets with periods (.) in their names');
    }
    if (accelerate?.Status !== 'Enabled' && accelerate?.Status !== 'Suspended') throw malformedXml();
    return { accelerate: { Status: accelerate.Status } };
  },
);

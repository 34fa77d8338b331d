import type { PutBucketIntelligentTieringConfigurationRequest } from '@aws-sdk/client-s3';
import type { HttpOverride, Operation } from '../../../src/core/operation.ts';
import { NO_CONTENT } from '../bucket/bucket-setting.ts';
import { checkIntelligentTiering } from '../bucket/intelligent-tiering.ts';
import { withConfiguration } from '../bucket/named-configuration.ts';
import { malformedXml } from '../errors.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketIntelligentTieringConfiguration.html */
export const putBucketIntelligentTieringConfiguration: Operation<
  S3,
  PutBucketIntelligentTieringConfigurationRequest,
  HttpOverride
> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const { IntelligentTieringConfiguration: configuration } = input;
  if (!configuration) throw malformedXml();
  checkIntelligentTiering(input.Id, configuration);
  await s3.buckets.change(bucket.name, ({ intelligentTiering }) => ({
    intelligentTiering: withConfiguration(intelligentTiering, configuration),
  }));
  return NO_CONTENT;
};

import type {
  GetBucketIntelligentTieringConfigurationOutput,
  GetBucketIntelligentTieringConfigurationRequest,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { configurationOf } from '../bucket/named-configuration.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketIntelligentTieringConfiguration.html */
export const getBucketIntelligentTieringConfiguration: Operation<
  S3,
  GetBucketIntelligentTieringConfigurationRequest,
  GetBucketIntelligentTieringConfigurationOutput
> = async (s3, input, context) => {
  const { intelligentTiering } = await s3.buckets.open(input, context);
  return { IntelligentTieringConfiguration: configurationOf(intelligentTiering, input.Id) };
};

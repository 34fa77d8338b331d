import type { PutBucketAnalyticsConfigurationRequest } from '@aws-sdk/client-s3';
import type { HttpOverride, Operation } from '../../../src/core/operation.ts';
import { checkAnalytics } from '../bucket/analytics.ts';
import { NO_CONTENT } from '../bucket/bucket-setting.ts';
import { withConfiguration } from '../bucket/named-configuration.ts';
import { malformedXml } from '../errors.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAnalyticsConfiguration.html */
export const putBucketAnalyticsConfiguration: Operation<
  S3,
  PutBucketAnalyticsConfigurationRequest,
  HttpOverride
> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const { AnalyticsConfiguration: configuration } = input;
  if (!configuration) throw malformedXml();
  checkAnalytics(input.Id, configuration);
  await s3.buckets.change(bucket.name, ({ analytics }) => ({ analytics: withConfiguration(analytics, configuration) }));
  return NO_CONTENT;
};

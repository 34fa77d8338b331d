import type { PutBucketMetricsConfigurationRequest } from '@aws-sdk/client-s3';
import type { HttpOverride, Operation } from '../../../src/core/operation.ts';
import { NO_CONTENT } from '../bucket/bucket-setting.ts';
import { checkMetrics } from '../bucket/metrics.ts';
import { withConfiguration } from '../bucket/named-configuration.ts';
import { malformedXml } from '../errors.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketMetricsConfiguration.html */
export const putBucketMetricsConfiguration: Operation<S3, PutBucketMetricsConfigurationRequest, HttpOverride> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const { MetricsConfiguration: configuration } = input;
  if (!configuration) throw malformedXml();
  checkMetrics(input.Id, configuration);
  await s3.buckets.change(bucket.name, ({ metrics }) => ({ metrics: withConfiguration(metrics, configuration) }));
  return NO_CONTENT;
};

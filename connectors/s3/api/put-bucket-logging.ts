import type { PutBucketLoggingRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { malformedXml, refusal } from '../errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html */
export const putBucketLogging = putSetting<PutBucketLoggingRequest>(async (input, { account }, s3) => {
  const { BucketLoggingStatus: logging } = input;
  if (!logging) throw malformedXml();
  const name = logging.LoggingEnabled?.TargetBucket;
  if (!logging.LoggingEnabled) return { logging: undefined };
  const target = name === undefined ? undefined : await s3.buckets.find(name);
  if (target?.account === account) return { logging };
  throw refusal(400, 'InvalidTargetBucketForLogging', 'The target bucket for logging does not exist', {
    TargetBucket: name ?? '',
  });
});

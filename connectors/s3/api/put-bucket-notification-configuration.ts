import type { PutBucketNotificationConfigurationRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { malformedXml } from '../errors.ts';
import { rulesOf, storedConfiguration } from '../events/notification-configuration.ts';
import { checkDestinations, checkServices, sendTestEvents } from '../events/notification-destinations.ts';
import { checkOverlap } from '../events/notification-overlap.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html */
export const putBucketNotificationConfiguration: Operation<
  S3,
  PutBucketNotificationConfigurationRequest,
  object
> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  if (!input.NotificationConfiguration) throw malformedXml();
  const newId = () => Buffer.from(s3.random.uuid()).toString('base64');
  const notification = storedConfiguration(input.NotificationConfiguration, newId);
  const rules = rulesOf(notification);
  checkOverlap(rules);
  checkServices(s3, rules, notification.EventBridgeConfiguration !== undefined, bucket);
  if (!input.SkipDestinationValidation) {
    await checkDestinations(s3, rules, bucket);
    await sendTestEvents(s3, rules, bucket, context);
  }
  await s3.buckets.change(bucket.name, () => ({ notification }));
  return {};
};

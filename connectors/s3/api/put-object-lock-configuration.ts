import type { PutObjectLockConfigurationRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { malformedXml, refusal } from '../errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html */
export const putObjectLockConfiguration = putSetting<PutObjectLockConfigurationRequest>((input, { versioning }) => {
  if (versioning !== 'Enabled') {
    throw refusal(
      409,
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }
  const { ObjectLockConfiguration: objectLock } = input;
  if (objectLock?.ObjectLockEnabled !== 'Enabled') throw malformedXml();
  const { Rule: rule } = objectLock;
  const retention = rule?.DefaultRetention;
  if (rule) {
    const isMode = retention?.Mode === 'GOVERNANCE' || retention?.Mode === 'COMPLIANCE';
    if (!isMode || (retention.Days === undefined) === (retention.Years === undefined)) throw malformedXml();
  }
  return { objectLock };
});

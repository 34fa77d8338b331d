import type { PutBucketEncryptionRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { invalidArgument, malformedXml } from '../errors.ts';

const ALGORITHMS = new Set<string>(['AES256', 'aws:kms', 'aws:kms:dsse']);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export const putBucketEncryption = putSetting<PutBucketEncryptionRequest>((input) => {
  const [rule, ...more] = input.ServerSideEncryptionConfiguration?.Rules ?? [];
  const standard = rule?.ApplyServerSideEncryptionByDefault;
  if (!rule || more.length > 0 || (standard && !ALGORITHMS.has(standard.SSEAlgorithm ?? ''))) throw malformedXml();
  if (standard?.SSEAlgorithm === 'AES256' && standard.KMSMasterKeyID !== undefined) {
    throw invalidArgument(
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      { ArgumentName: 'ApplyServerSideEncryptionByDefault' },
    );
  }
  return { encryption: { Rules: [{ ...rule, BucketKeyEnabled: rule.BucketKeyEnabled ?? false }] } };
});

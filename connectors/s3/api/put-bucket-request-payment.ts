import type { PutBucketRequestPaymentRequest } from '@aws-sdk/client-s3';
import { putSetting } from '../bucket/bucket-setting.ts';
import { malformedXml } from '../errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html */
export const putBucketRequestPayment = putSetting<PutBucketRequestPaymentRequest>((input) => {
  const payer = input.RequestPaymentConfiguration?.Payer;
  if (payer !== 'Requester' && payer !== 'BucketOwner') throw malformedXml();
  return { requestPayer: payer };
});

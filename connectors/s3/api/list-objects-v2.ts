import type { ListObjectsV2Output, ListObjectsV2Request } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { keyWriter } from '../listing/key-encoding.ts';
import { commonPrefixesOf, contentsOf, objectPage } from '../listing/object-page.ts';
import { keyOfToken, listed, pageSize, tokenFor } from '../listing/page.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: Operation<S3, ListObjectsV2Request, ListObjectsV2Output> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const { Prefix = '', Delimiter, StartAfter, ContinuationToken } = input;
  const MaxKeys = pageSize(input.MaxKeys, 'max-keys', 'maxKeys');
  const write = keyWriter(input);
  const page = await objectPage(s3, bucket, {
    prefix: Prefix,
    delimiter: Delimiter,
    after: ContinuationToken === undefined ? StartAfter : keyOfToken(ContinuationToken),
    limit: MaxKeys,
  });
  return {
    Name: bucket.name,
    Prefix: write(Prefix),
    ...(Delimiter ? { Delimiter: write(Delimiter) } : {}),
    ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
    ...(StartAfter === undefined || ContinuationToken !== undefined ? {} : { StartAfter: write(StartAfter) }),
    ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
    MaxKeys,
    KeyCount: page.entries.length,
    IsTruncated: page.next !== undefined,
    ...(page.next === undefined ? {} : { NextContinuationToken: tokenFor(page.next) }),
    ...listed('Contents', contentsOf(page.entries, write, input.FetchOwner ? bucket.account : undefined)),
    ...listed('CommonPrefixes', commonPrefixesOf(page.entries, write)),
  };
};

import type { ListObjectsOutput, ListObjectsRequest } from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import { keyWriter } from '../listing/key-encoding.ts';
import { commonPrefixesOf, contentsOf, nameOf, objectPage } from '../listing/object-page.ts';
import { listed, pageSize } from '../listing/page.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects: Operation<S3, ListObjectsRequest, ListObjectsOutput> = async (s3, input, context) => {
  const bucket = await s3.buckets.open(input, context);
  const { Prefix = '', Delimiter, Marker = '' } = input;
  const MaxKeys = pageSize(input.MaxKeys, 'max-keys', 'maxKeys');
  const write = keyWriter(input);
  const page = await objectPage(s3, bucket, { prefix: Prefix, delimiter: Delimiter, after: Marker, limit: MaxKeys });
  const last = page.entries.at(-1);
  // Without a delimiter the client takes the last key as the next marker.
  const hasNext = Delimiter && page.next !== undefined && last;
  return {
    Name: bucket.name,
    Prefix: write(Prefix),
    Marker: write(Marker),
    ...(Delimiter ? { Delimiter: write(Delimiter) } : {}),
    ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
    MaxKeys,
    IsTruncated: page.next !== undefined,
    ...(hasNext ? { NextMarker: write(nameOf(last)) } : {}),
    ...listed('Contents', contentsOf(page.entries, write, bucket.account)),
    ...listed('CommonPrefixes', commonPrefixesOf(page.entries, write)),
  };
};

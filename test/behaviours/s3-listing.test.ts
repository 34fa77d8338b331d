// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
import { expect, test } from 'vitest';
import { type Answer, startBucket } from './s3-fixture.ts';

const keysOf = ({ Contents = [] }: Answer) => Contents.map(({ Key }: { readonly Key: string }) => Key);
const prefixesOf = ({ CommonPrefixes = [] }: Answer) =>
  CommonPrefixes.map(({ Prefix }: { readonly Prefix: string }) => Prefix);

test('pages go on where the one before ended, keys and common prefixes alike', async () => {
  const { put, call } = await startBucket();
  for (const key of ['a/1', 'a/2', 'b', 'c/1', 'd']) await put(key);
  const seen: string[] = [];
  for (let ContinuationToken: string | undefined, more = true; more; ) {
    const page = await call('ListObjectsV2', { Bucket: 'bucket', Delimiter: '/', MaxKeys: 1, ContinuationToken });
    expect(page.KeyCount).toBe(1);
    seen.push(...keysOf(page), ...prefixesOf(page));
    ContinuationToken = page.NextContinuationToken;
    more = page.IsTruncated;
  }
  expect(seen).toEqual(['a/', 'b', 'c/', 'd']);
});

test('version 1 pages by marker, with one of its own only where there is a delimiter', async () => {
  const { put, call } = await startBucket();
  for (const key of ['a/1', 'a/2', 'b']) await put(key);
  const page = await call('ListObjects', { Bucket: 'bucket', Delimiter: '/', MaxKeys: 1 });
  expect(page).toMatchObject({ IsTruncated: true, NextMarker: 'a/', Marker: '' });
  expect(keysOf(await call('ListObjects', { Bucket: 'bucket', Delimiter: '/', Marker: 'a/' }))).toEqual(['b']);
  expect(await call('ListObjects', { Bucket: 'bucket', MaxKeys: 1 })).not.toHaveProperty('NextMarker');
});

test('keys are percent-encoded when that is asked for', async () => {
  const { put, call } = await startBucket();
  await put('a b+c/é&.txt');
  expect(keysOf(await call('ListObjectsV2', { Bucket: 'bucket', EncodingType: 'url' }))).toEqual([
    'a+b%2Bc/%C3%A9%26.txt',
  ]);
});

test('no keys at all are an empty page that is not truncated', async () => {
  const { put, call } = await startBucket();
  await put('a');
  expect(await call('ListObjectsV2', { Bucket: 'bucket', MaxKeys: 0 })).toMatchObject({
    KeyCount: 0,
    IsTruncated: false,
  });
});

test('a token that is none is refused', async () => {
  const { refusal } = await startBucket();
  for (const ContinuationToken of ['', 'not base64!']) {
    expect(await refusal('ListObjectsV2', { Bucket: 'bucket', ContinuationToken })).toMatchObject({
      code: 'InvalidArgument',
      message: 'The continuation token provided is incorrect',
      ArgumentName: 'continuation-token',
    });
  }
});

test('versions are paged by key and version', async () => {
  const { put, call, refusal } = await startBucket({ versioning: 'Enabled' });
  const ids: string[] = [];
  for (const text of ['1', '2', '3']) ids.unshift((await put('k', text)).VersionId);
  const first = await call('ListObjectVersions', { Bucket: 'bucket', MaxKeys: 2 });
  expect(first).toMatchObject({ IsTruncated: true, NextKeyMarker: 'k', NextVersionIdMarker: ids[1] });
  const markers = { KeyMarker: 'k', VersionIdMarker: ids[1] };
  expect((await call('ListObjectVersions', { Bucket: 'bucket', ...markers })).Versions).toMatchObject([
    { VersionId: ids[2], IsLatest: false },
  ]);
  expect(await refusal('ListObjectVersions', { Bucket: 'bucket', VersionIdMarker: ids[1] })).toMatchObject({
    message: 'A version-id marker cannot be specified without a key marker.',
  });
});

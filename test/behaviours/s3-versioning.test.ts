// https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
import { expect, test } from 'vitest';
import { setVersioning, startBucket } from './s3-fixture.ts';

const KEY = { Bucket: 'bucket', Key: 'k' };

test('each put makes a version, and deleting covers them with a marker', async () => {
  const { put, call, text, refusal, names } = await startBucket({ versioning: 'Enabled' });
  const one = await put('k', 'one');
  const two = await put('k', 'two');
  expect(one.VersionId).not.toBe(two.VersionId);
  const marker = await call('DeleteObject', KEY);
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
  expect(await refusal('GetObject', KEY)).toMatchObject({
    code: 'NoSuchKey',
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.VersionId },
  });
  expect(await refusal('GetObject', { ...KEY, VersionId: marker.VersionId })).toMatchObject({ status: 405 });
  expect(await text('k', { VersionId: one.VersionId })).toBe('one');
  expect(await call('DeleteObject', { ...KEY, VersionId: marker.VersionId })).toMatchObject({ DeleteMarker: true });
  expect(await text('k')).toBe('two');
  expect(names()).toEqual([
    'ObjectCreated:Put',
    'ObjectCreated:Put',
    'ObjectRemoved:DeleteMarkerCreated',
    'ObjectRemoved:Delete',
  ]);
});

test('suspended versioning replaces the null version and keeps the others', async () => {
  const { put, call, text } = await startBucket({ versioning: 'Enabled' });
  const kept = await put('k', 'kept');
  await setVersioning(call, 'Suspended');
  expect(await put('k', 'null one')).not.toHaveProperty('VersionId');
  await put('k', 'null two');
  expect(await text('k', { VersionId: 'null' })).toBe('null two');
  expect(await call('DeleteObject', KEY)).toEqual({ DeleteMarker: true, VersionId: 'null' });
  const { Versions, DeleteMarkers } = await call('ListObjectVersions', { Bucket: 'bucket' });
  expect(Versions).toMatchObject([{ VersionId: kept.VersionId, IsLatest: false }]);
  expect(DeleteMarkers).toMatchObject([{ VersionId: 'null', IsLatest: true }]);
});

test('a bucket without versioning shows no version ids and refuses those that are given', async () => {
  const { put, call, refusal } = await startBucket();
  expect(await put('k', 'x')).not.toHaveProperty('VersionId');
  expect(await call('DeleteObject', KEY)).toEqual({});
  const input = { ...KEY, VersionId: 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD' };
  expect(await refusal('DeleteObject', input)).toMatchObject({ message: 'Invalid version id specified' });
});

test('many deletions at once answer for each key', async () => {
  const { put, call } = await startBucket({ versioning: 'Enabled' });
  const { VersionId } = await put('a', 'x');
  const remove = (...Objects: readonly object[]) => call('DeleteObjects', { Bucket: 'bucket', Delete: { Objects } });
  expect(await remove({ Key: 'a' }, { Key: 'missing' })).toMatchObject({
    Deleted: [
      { Key: 'a', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
      { Key: 'missing', DeleteMarker: true },
    ],
  });
  expect(await remove({ Key: 'a', VersionId })).toEqual({ Deleted: [{ Key: 'a', VersionId }] });
  expect(await remove({ Key: 'a', VersionId })).toMatchObject({ Errors: [{ Code: 'NoSuchVersion', Key: 'a' }] });
});

test('a locked version stays until its time has passed', async () => {
  const { call, put, refusal, clock } = await startBucket();
  await call('CreateBucket', { Bucket: 'locked', ObjectLockEnabledForBucket: true });
  const until = new Date(clock.nowMs() + 60_000);
  const lock = { Bucket: 'locked', ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until };
  const { VersionId } = await put('k', 'x', lock);
  const remove = { Bucket: 'locked', Key: 'k', VersionId };
  expect(await refusal('DeleteObject', { ...remove, BypassGovernanceRetention: true })).toMatchObject({
    code: 'AccessDenied',
    message: 'Access Denied because object protected by object lock.',
  });
  await clock.advance(61_000);
  expect(await call('DeleteObject', remove)).toEqual({ VersionId });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
import { describe, expect, test } from 'vitest';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { ObjectStore } from '../../src/core/ports/object-store.ts';
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

describe('the deletion of a version whose event could not be stored', () => {
  const away = async () => {
    throw new BackendUnavailable('The queue', 'is away');
  };

  /** A version in a bucket that tells a queue of removals. The queue is away until `back` is called. */
  async function startUntold(options: Parameters<typeof startBucket>[0] = {}) {
    const queue = { told: async () => {} };
    const started = await startBucket({
      versioning: 'Enabled',
      beforePublish: () => queue.told(),
      ...options,
    });
    await notifyOfRemovals(started.call);
    const { VersionId } = await started.put('k', 'x');
    started.events.length = 0;
    queue.told = away;
    const back = () => {
      queue.told = async () => {};
    };
    return { ...started, version: { Key: 'k', VersionId }, back };
  }

  const notifyOfRemovals = (call: (name: string, input: object) => Promise<unknown>) => {
    const QueueConfigurations = [{ QueueArn: 'arn:aws:sqs:us-east-1:000000000000:q', Events: ['s3:ObjectRemoved:*'] }];
    const more = { NotificationConfiguration: { QueueConfigurations }, SkipDestinationValidation: true };
    return call('PutBucketNotificationConfiguration', { Bucket: 'bucket', ...more });
  };

  test('tells of it when it is asked for again, once', async () => {
    const { version, back, call, events } = await startUntold();
    const remove = () => call('DeleteObject', { Bucket: 'bucket', ...version });
    await expect(remove()).rejects.toBeInstanceOf(BackendUnavailable);
    await expect(remove()).rejects.toBeInstanceOf(BackendUnavailable);
    back();
    const { VersionId } = version;
    const both = await Promise.all([remove(), remove()]);
    expect([...both, await remove()]).toEqual([{ VersionId }, { VersionId }, { VersionId }]);
    expect(events.map(({ name, detail }) => [name, detail.key, detail.versionId])).toEqual([
      ['ObjectRemoved:Delete', 'k', VersionId],
    ]);
  });

  test('tells of it when many are asked for again, once', async () => {
    const { version, back, call, names } = await startUntold();
    const remove = () => call('DeleteObjects', { Bucket: 'bucket', Delete: { Objects: [version] } });
    await expect(remove()).rejects.toBeInstanceOf(BackendUnavailable);
    back();
    expect(await remove()).toEqual({ Deleted: [version] });
    expect(await remove()).toMatchObject({ Errors: [{ Code: 'NoSuchVersion', Key: 'k' }] });
    expect(names()).toEqual(['ObjectRemoved:Delete']);
  });

  test('tells of it where it was the store that could not say that it was done', async () => {
    const { version, back, call, names } = await startUntold({ wrap: withoutAnswer });
    back();
    const remove = () => call('DeleteObject', { Bucket: 'bucket', ...version });
    await expect(remove()).rejects.toBeInstanceOf(BackendUnavailable);
    expect(await remove()).toEqual({ VersionId: version.VersionId });
    expect(await remove()).toEqual({ VersionId: version.VersionId });
    expect(names()).toEqual(['ObjectRemoved:Delete']);
  });

  test.each([
    ['marker in a bucket of suspended versioning', 'Suspended', 'ObjectRemoved:DeleteMarkerCreated'],
    ['removal in a bucket without versioning', '', 'ObjectRemoved:Delete'],
  ])('is told of without an id too, as the %s', async (_title, versioning, name) => {
    const { back, call, names } = await startUntold({ versioning });
    const remove = () => call('DeleteObject', { Bucket: 'bucket', Key: 'k' });
    await expect(remove()).rejects.toBeInstanceOf(BackendUnavailable);
    back();
    await remove();
    expect(names()).toEqual([name]);
  });
});

/** A store that removes a version, and fails the first time. */
function withoutAnswer(objects: ObjectStore): ObjectStore {
  let isAway = true;
  return {
    ...objects,
    async remove(...asked) {
      const outcome = await objects.remove(...asked);
      if (!isAway) return outcome;
      isAway = false;
      throw new BackendUnavailable('The store', 'is away');
    },
  };
}

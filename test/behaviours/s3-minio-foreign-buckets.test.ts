// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html where others make, change and remove buckets
// straight in MinIO: the endpoint follows, and nothing of what it claimed stays behind.
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { openEventInbox } from '../../src/backends/redis/event-inbox/event-inbox.ts';
import { describeOn } from '../support/backends.ts';
import { createTestRedis } from '../support/test-redis.ts';
import { body } from './s3-fixture.ts';
import { createMinioNamespace, type MinioNamespace, makeForeignBucket } from './s3-minio-fixture.ts';

const removeForeignBucket = ({ foreign, bucket: Bucket }: MinioNamespace) =>
  foreign.send(new DeleteBucketCommand({ Bucket }));
const put = ({ foreign, bucket: Bucket }: MinioNamespace, Key: string) =>
  foreign.send(new PutObjectCommand({ Bucket, Key, Body: 'data' }));

describeOn(['minio', 'redis'], 'a bucket that others removed from MinIO', () => {
  test('is made again by CreateBucket, and heard of', async () => {
    await using namespace = createMinioNamespace();
    const { call, listening } = await namespace.start();
    await call('CreateBucket', {});
    await listening();
    await removeForeignBucket(namespace);
    await expect(call('PutObject', { Key: 'k', Body: body('x') })).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await call('CreateBucket', {});
    await call('PutObject', { Key: 'k', Body: body('x') });
    await put(namespace, 'straight');
    expect((await namespace.events.reach(2)).map(({ detail }) => detail.key)).toEqual(['k', 'straight']);
  });

  test('and made again is heard of once it is listed', async () => {
    await using namespace = createMinioNamespace();
    const { call } = await namespace.start();
    await makeForeignBucket(namespace, false);
    await call('HeadBucket', {});
    await removeForeignBucket(namespace);
    await namespace.foreign.send(new CreateBucketCommand({ Bucket: namespace.bucket }));
    await call('ListBuckets', {});
    await put(namespace, 'k');
    expect((await namespace.events.reach(1))[0]?.detail.key).toBe('k');
  });

  test('and that was theirs is there no more once buckets are listed', async () => {
    await using namespace = createMinioNamespace();
    const { call } = await namespace.start();
    await makeForeignBucket(namespace, false);
    await call('HeadBucket', {});
    await removeForeignBucket(namespace);
    await call('ListBuckets', {});
    await expect(call('HeadBucket', {})).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });

  test('is claimed no longer, and another namespace can make it', async () => {
    await using namespace = createMinioNamespace();
    const { call } = await namespace.start();
    await call('CreateBucket', {});
    await using redis = createTestRedis();
    const link = await redis.open();
    await using inbox = await openEventInbox({ link });
    expect(await inbox.claim(namespace.bucket)).toBe(false);
    await removeForeignBucket(namespace);
    await call('ListBuckets', {});
    // Others of this MinIO that had it in a list of theirs may have it for a moment.
    await expect.poll(() => inbox.claim(namespace.bucket)).toBe(true);
    expect(await inbox.claims()).toContain(namespace.bucket);
    // Claimed by one that never made it.
    await call('CreateBucket', {});
    expect(await inbox.claim(namespace.bucket)).toBe(false);
  });
});

describeOn(['minio', 'redis'], 'a bucket whose versions others switched on in MinIO', () => {
  test('keeps versions for the endpoint, too, once buckets are listed', async () => {
    await using namespace = createMinioNamespace();
    const { foreign, bucket: Bucket } = namespace;
    const { call } = await namespace.start();
    await call('CreateBucket', {});
    await call('PutObject', { Key: 'k', Body: body('1') });
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await foreign.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await call('ListBuckets', {});
    expect(await call('GetBucketVersioning', {})).toMatchObject({ Status: 'Enabled' });
    const { VersionId } = await call('PutObject', { Key: 'k', Body: body('2') });
    expect(VersionId).toMatch(/^[0-9a-f]{32}$/);
    const { Versions } = await call('ListObjectVersions', {});
    expect(Versions).toMatchObject([{ VersionId }, { VersionId: 'null' }]);
  });
});

describeOn(['minio', 'redis'], 'a bucket whose notification rule others removed in MinIO', () => {
  test('is heard of again once buckets are listed, and people are told', async () => {
    await using namespace = createMinioNamespace();
    const { foreign, bucket: Bucket, events } = namespace;
    const { call, told, listening } = await namespace.start();
    await call('CreateBucket', {});
    await listening();
    const rules = async () =>
      (await foreign.send(new GetBucketNotificationConfigurationCommand({ Bucket }))).QueueConfigurations;
    const ours = await rules();
    await foreign.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }));
    expect(await rules()).toBeUndefined();
    await call('ListBuckets', {});
    expect(await rules()).toEqual(ours);
    await put(namespace, 'k');
    expect((await events.reach(1))[0]?.detail.key).toBe('k');
    const about = told.filter((line) => line.includes(Bucket));
    expect(about).toEqual([expect.stringContaining('somebody removed the rule by which it tells of bucket')]);
  });
});

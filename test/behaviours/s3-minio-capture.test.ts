// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html for files that others write
// straight to MinIO: what AWS would have sent, and nothing twice.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { createProgress } from '../../src/backends/minio/capture/progress.ts';
import { HOUR, MINUTE } from '../../src/core/clock.ts';
import { describeOn } from '../support/backends.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { body, readAll } from './s3-fixture.ts';
import { createMinioNamespace, type MinioNamespace, makeForeignBucket } from './s3-minio-fixture.ts';

const put = ({ foreign, bucket }: MinioNamespace, Key: string, Body = 'data', more: object = {}) =>
  foreign.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
const remove = ({ foreign, bucket }: MinioNamespace, Key: string, VersionId?: string) =>
  foreign.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
const shown = (namespace: MinioNamespace) => namespace.events.all.map(({ name, detail }) => `${name} ${detail.key}`);

describeOn(['minio', 'redis'], 'files written straight to MinIO', () => {
  test('are told of as AWS would', async () => {
    await using namespace = createMinioNamespace();
    const process = await namespace.start();
    await process.call('CreateBucket', {});
    const beforeMs = Date.now();
    await put(namespace, 'in/a b+ü&.csv', 'hello');
    const [event] = await namespace.events.reach(1);
    expect(event).toMatchObject({
      source: 's3',
      sourceArn: `arn:aws:s3:::${namespace.bucket}`,
      name: 'ObjectCreated:Put',
      detail: {
        eventName: 'ObjectCreated:Put',
        eventVersion: '2.1',
        bucket: namespace.bucket,
        key: 'in/a b+ü&.csv',
        size: 5,
        eTag: '5d41402abc4b2a76b9719d911017c592',
        region: 'us-east-1',
        sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
        principalId: expect.stringMatching(/^AWS:.+/),
        sourceIp: '127.0.0.1',
        requestId: expect.stringMatching(/.+/),
      },
    });
    expect(event?.detail.versionId).toBeUndefined();
    expect(event?.occurredAtMs).toBeGreaterThanOrEqual(beforeMs - 1000);
    const object = await process.call('GetObject', { Key: 'in/a b+ü&.csv' });
    expect(await readAll(object.Body)).toBe('hello');
  });

  test('are told of under the names of their operations, and only where S3 has one', async () => {
    await using namespace = createMinioNamespace();
    const { foreign, bucket } = namespace;
    const process = await namespace.start();
    await process.call('CreateBucket', {});
    await put(namespace, 'a');
    await foreign.send(
      new PutObjectTaggingCommand({ Bucket: bucket, Key: 'a', Tagging: { TagSet: [{ Key: 'x', Value: 'y' }] } }),
    );
    await foreign.send(new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: `${bucket}/a` }));
    const target = { Bucket: bucket, Key: 'parts' };
    const { UploadId } = await foreign.send(new CreateMultipartUploadCommand(target));
    const part = await foreign.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'part' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
    await foreign.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
    const given = await foreign.send(new CreateMultipartUploadCommand(target));
    await foreign.send(new AbortMultipartUploadCommand({ ...target, UploadId: given.UploadId }));
    await remove(namespace, 'never there');
    await remove(namespace, 'a');
    await namespace.events.reach(4);
    expect(shown(namespace).sort()).toEqual([
      'ObjectCreated:CompleteMultipartUpload parts',
      'ObjectCreated:Copy copy',
      'ObjectCreated:Put a',
      'ObjectRemoved:Delete a',
    ]);
    const multipart = namespace.events.all.find(({ detail }) => detail.key === 'parts');
    expect(multipart?.detail.eTag).toMatch(/^[0-9a-f]{32}-1$/);
  });

  test('name versions by ids that the endpoint knows', async () => {
    await using namespace = createMinioNamespace();
    const process = await namespace.start();
    await process.call('CreateBucket', {});
    await process.call('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    const { VersionId } = await put(namespace, 'k', 'one');
    await namespace.events.reach(1);
    await remove(namespace, 'k');
    await namespace.events.reach(2);
    await remove(namespace, 'k', VersionId);
    const [created, marked, removed] = (await namespace.events.reach(3)).map(({ name, detail }) => ({
      name,
      ...detail,
    }));
    expect(created).toMatchObject({ name: 'ObjectCreated:Put', versionId: VersionId?.replaceAll('-', '') });
    expect(marked).toMatchObject({ name: 'ObjectRemoved:DeleteMarkerCreated', eTag: expect.any(String) });
    expect(marked?.versionId).toMatch(/^[0-9a-f]{32}$/);
    expect(removed).toMatchObject({ name: 'ObjectRemoved:Delete', versionId: created?.versionId });
    expect(removed?.size).toBeUndefined();
    const { DeleteMarkers } = await process.call('ListObjectVersions', {});
    expect(DeleteMarkers).toMatchObject([{ Key: 'k', VersionId: marked?.versionId }]);
  });

  test('are told of once, by one of several processes, and so is what came by the endpoint', async () => {
    await using namespace = createMinioNamespace();
    const processes = [await namespace.start(), await namespace.start()];
    await processes[0]?.call('CreateBucket', {});
    for (let n = 0; n < 20; n += 1) {
      await put(namespace, `straight-${n}`);
      await processes[n % 2]?.call('PutObject', { Key: `endpoint-${n}`, Body: body('x') });
    }
    await put(namespace, 'last');
    await namespace.events.reach(41);
    for (const { activity } of processes) expect(await activity.rest(PATIENCE_MS)).toEqual([]);
    const keys = namespace.events.all.map(({ detail }) => detail.key);
    expect(new Set(keys).size).toBe(41);
    expect(keys).toHaveLength(41);
  });

  test('are told of when a process starts after them, once', async () => {
    await using namespace = createMinioNamespace();
    {
      await using process = await namespace.start();
      await process.call('CreateBucket', {});
      await put(namespace, 'first');
      await namespace.events.reach(1);
    }
    for (const key of ['a', 'b']) await put(namespace, key);
    await remove(namespace, 'first');
    await namespace.start();
    await namespace.events.reach(4);
    const process = await namespace.start();
    await process.call('PutObject', { Key: 'end', Body: body('x') });
    // S3 promises no order between objects.
    expect(shown(namespace).sort()).toEqual([
      'ObjectCreated:Put a',
      'ObjectCreated:Put b',
      'ObjectCreated:Put end',
      'ObjectCreated:Put first',
      'ObjectRemoved:Delete first',
    ]);
  });

  test('come in their order for each object', async () => {
    await using namespace = createMinioNamespace();
    {
      await using process = await namespace.start();
      await process.call('CreateBucket', {});
    }
    for (let n = 1; n <= 9; n += 1) for (const key of ['a', 'b', 'c']) await put(namespace, key, 'x'.repeat(n));
    await namespace.start();
    const events = await namespace.events.reach(27);
    for (const key of ['a', 'b', 'c']) {
      const details = events.map(({ detail }) => detail).filter((each) => each.key === key);
      expect(details.map(({ size }) => size)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const sequencers = details.map(({ sequencer = '' }) => sequencer);
      expect(sequencers).toEqual([...sequencers].sort());
    }
  });

  test('are none when they were there before the first start', async () => {
    await using namespace = createMinioNamespace();
    await makeForeignBucket(namespace, false);
    await put(namespace, 'old');
    {
      await using process = await namespace.start();
      await process.call('HeadBucket', {});
      await put(namespace, 'a');
      await namespace.events.reach(1);
    }
    await namespace.start();
    await put(namespace, 'b');
    await namespace.events.reach(2);
    expect(shown(namespace)).toEqual(['ObjectCreated:Put a', 'ObjectCreated:Put b']);
  });

  test('are found at the next start when MinIO told nobody of them; it is said that removals are not', async () => {
    await using namespace = createMinioNamespace();
    const { foreign, bucket } = namespace;
    {
      await using process = await namespace.start();
      await process.call('CreateBucket', {});
      await put(namespace, 'heard');
      await namespace.events.reach(1);
      await process.call('PutObject', { Key: 'ours', Body: body('x') });
    }
    const silence = { Bucket: bucket, NotificationConfiguration: {} };
    await foreign.send(new PutBucketNotificationConfigurationCommand(silence));
    await put(namespace, 'missed');
    await remove(namespace, 'heard');
    const process = await namespace.start();
    await namespace.events.reach(3);
    await process.call('PutObject', { Key: 'end', Body: body('x') });
    expect(shown(namespace)).toEqual([
      'ObjectCreated:Put heard',
      'ObjectCreated:Put ours',
      'ObjectCreated:Put missed',
      'ObjectCreated:Put end',
    ]);
    await expect.poll(() => process.told.join()).toMatch(/found \d+ objects? .* removals in that time cannot be found/);
  });
});

describeOn(['minio', 'redis'], 'a notification that MinIO sends by its webhook', () => {
  const notification = (bucket: string, key: string, more: object = {}, sequencer = '18EA219DC31EA64E') =>
    Buffer.from(
      JSON.stringify({
        EventName: 's3:ObjectCreated:Put',
        Key: `${bucket}/${key}`,
        Records: [
          {
            eventName: 's3:ObjectCreated:Put',
            eventTime: '2026-01-01T00:00:00.000Z',
            s3: { bucket: { name: bucket }, object: { key, size: 1, eTag: 'e', sequencer } },
            ...more,
          },
        ],
      }),
    );

  test('is done with once it is told of, is told of once, and not at all when it is about our own write', async () => {
    await using namespace = createMinioNamespace();
    const { bucket } = namespace;
    const { call, objects } = await namespace.start();
    await call('CreateBucket', {});
    await objects.hear(notification(bucket, 'a%2Fb'));
    expect(shown(namespace)).toEqual(['ObjectCreated:Put a/b']);
    await objects.hear(notification(bucket, 'a%2Fb'));
    await objects.hear(notification(bucket, 'ours', { source: { userAgent: 'MinIO headwater-object-store/1' } }));
    await objects.hear(Buffer.from('no JSON'));
    expect(namespace.events.all).toHaveLength(1);
  });

  test('is told of beside another of the same key and millisecond', async () => {
    await using namespace = createMinioNamespace();
    const { bucket } = namespace;
    const { call, objects } = await namespace.start();
    await call('CreateBucket', {});
    for (const sequencer of ['18EA219DC31EA64E', '18EA219DC31FA64E', '18EA219DC31EA64E']) {
      await objects.hear(notification(bucket, 'k', {}, sequencer));
    }
    expect(namespace.events.all).toHaveLength(2);
  });
});

describeOn(['minio', 'redis'], 'a bucket that others made in MinIO', () => {
  test('is there as if it had been made by the endpoint, with what is in it', async () => {
    await using namespace = createMinioNamespace();
    await makeForeignBucket(namespace, true);
    await put(namespace, 'k', 'text', {
      ContentType: 'text/plain',
      Metadata: { colour: 'grün' },
      Tagging: 'a=b',
    });
    const process = await namespace.start();
    const { Buckets } = await process.call('ListBuckets', {});
    expect(Buckets.map(({ Name }: { Name: string }) => Name)).toContain(namespace.bucket);
    expect(await process.call('GetBucketVersioning', {})).toMatchObject({ Status: 'Enabled' });
    const object = await process.call('GetObject', { Key: 'k' });
    expect(object).toMatchObject({ ContentType: 'text/plain', TagCount: 1, VersionId: expect.any(String) });
    expect(await readAll(object.Body)).toBe('text');
    expect(await process.call('GetObjectTagging', { Key: 'k' })).toMatchObject({ TagSet: [{ Key: 'a', Value: 'b' }] });
    await process.call('PutObjectTagging', { Key: 'k', Tagging: { TagSet: [{ Key: 'c', Value: 'd' }] } });
    expect(await process.call('GetObjectTagging', { Key: 'k' })).toMatchObject({ TagSet: [{ Key: 'c', Value: 'd' }] });
  });

  test('is heard of from when it was first seen', async () => {
    await using namespace = createMinioNamespace();
    const process = await namespace.start();
    await makeForeignBucket(namespace, false);
    await process.call('HeadBucket', {});
    await put(namespace, 'k');
    await namespace.events.reach(1);
    expect(shown(namespace)).toEqual(['ObjectCreated:Put k']);
  });
});

describe('a creation that was told of', () => {
  const at = (modifiedAtMs: number) => ({ bucket: 'b', key: 'k', modifiedAtMs });

  test('is known again whether it was found or notified first, and no other is', async () => {
    for (const [first, second] of [
      [1000, 1000.25],
      [1000.25, 1000],
    ] as const) {
      const progress = createProgress(openRegistry(openMemoryStore()));
      expect(await progress.isTold(at(first))).toBe(false);
      await progress.tell(at(first));
      expect(await progress.isTold(at(second))).toBe(true);
      expect(await progress.isTold(at(1001.25))).toBe(false);
    }
  });

  test('is known beside another of the same millisecond that another process tells of', async () => {
    const registry = openRegistry(openMemoryStore());
    const told = [at(1000.25), at(1000.5)];
    await Promise.all(told.map((each) => createProgress(registry).tell(each)));
    expect(await Promise.all(told.map(createProgress(registry).isTold))).toEqual([true, true]);
  });

  test('is found no more by the next that listens, whoever writes down last how far all was told of', async () => {
    const registry = openRegistry(openMemoryStore());
    const [stopped, other] = [createProgress(registry), createProgress(registry)];
    await other.advance(0);
    await Promise.all([other.advance(2 * HOUR), stopped.advance(HOUR)]);
    expect(await stopped.toldUntil()).toBe(2 * HOUR - MINUTE);
  });
});

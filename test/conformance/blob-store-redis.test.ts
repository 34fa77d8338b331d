// Blobs in Redis.
import { afterAll, expect, test } from 'vitest';
import { openBlobStore } from '../../src/backends/redis/blob-store.ts';
import { systemRandom } from '../../src/core/random.ts';
import { describeOn } from '../support/backends.ts';
import { createTestRedis, type TestRedis } from '../support/test-redis.ts';
import { describeBlobStore } from './blob-store.ts';

describeOn(['redis'], 'a blob store on Redis', () => {
  const spaces: TestRedis[] = [];
  const open = async () => {
    const redis = createTestRedis();
    spaces.push(redis);
    const link = await redis.open();
    return { redis, link, blobs: openBlobStore({ link, random: systemRandom }) };
  };
  afterAll(async () => {
    for (const each of spaces) await each[Symbol.asyncDispose]();
  });

  describeBlobStore(async () => (await open()).blobs);

  test('says of a blob that was damaged that it is, instead of running it', async () => {
    const { link, blobs } = await open();
    const sha256 = await blobs.put(Buffer.from('code'));
    await link.ask((redis) => redis.hset(`${link.prefix}blob:${sha256}`, '0', 'c0de'));
    await expect(blobs.get(sha256)).rejects.toMatchObject({ code: 'BLOB_DAMAGED' });
  });

  test('leaves nothing of a blob that was removed', async () => {
    const { redis, blobs } = await open();
    const sha256 = await blobs.put(Buffer.alloc(2 ** 20));
    expect(await redis.keys()).toEqual([`blob:${sha256}`]);
    await blobs.remove(sha256);
    expect(await redis.keys()).toEqual([]);
  });
});

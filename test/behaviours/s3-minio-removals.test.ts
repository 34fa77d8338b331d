// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html names no refusal for what becomes of one bucket, while
// MinIO refuses what is asked of a bucket that is just being removed.
import { expect, test } from 'vitest';
import type { MinioLink } from '../../src/backends/minio/link.ts';
import { createMinioBuckets } from '../../src/backends/minio/object-store/buckets.ts';
import { ServiceError } from '../../src/core/errors.ts';

const denied = () => new ServiceError('AccessDenied', 'Access Denied.', { status: 403 });
const createdAtMs = Date.parse('2026-01-01T00:00:00Z');

/** MinIO with the buckets `kept` and `going`; what it refuses of the second, and whether that is still there then. */
function startBuckets({ refusals, isThere }: { readonly refusals: number; readonly isThere: boolean }) {
  const released: string[] = [];
  let left = refusals;
  const answer = { status: 200, text: async () => '' };
  const minio = {
    use: async () => ['kept', 'going'].map((name) => ({ name, creationDate: new Date(createdAtMs) })),
    ask: async () => answer,
    send: async () => ({ ...answer, status: isThere ? 200 : 404 }),
  } as unknown as MinioLink;
  const buckets = createMinioBuckets(minio, {
    claim: async () => true,
    seize: async () => {},
    release: async (bucket) => void released.push(bucket),
    claims: async () => [],
    async subscribe(bucket) {
      if (bucket !== 'going' || left === 0) return;
      left -= 1;
      throw denied();
    },
    unsubscribe: () => {},
  });
  const names = async () => (await buckets.list()).map(({ name }) => name);
  return { names, released };
}

test('a bucket that is refused while it is removed is left out of the list, and given up', async () => {
  const { names, released } = startBuckets({ refusals: 1, isThere: false });
  expect(await names()).toEqual(['kept']);
  expect(released).toEqual(['going']);
});

test('one that is still there is looked at again', async () => {
  const { names, released } = startBuckets({ refusals: 2, isThere: true });
  expect(await names()).toEqual(['kept', 'going']);
  expect(released).toEqual([]);
});

test('one that goes on to be refused is no secret', async () => {
  const { names } = startBuckets({ refusals: Number.POSITIVE_INFINITY, isThere: true });
  await expect(names()).rejects.toMatchObject({ code: 'AccessDenied' });
});

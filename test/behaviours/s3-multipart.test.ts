// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { ObjectStore } from '../../src/core/ports/object-store.ts';
import { body, startBucket } from './s3-fixture.ts';

const PART = 'a'.repeat(5 * 2 ** 20);

async function startUpload(more: object = {}, options: Parameters<typeof startBucket>[0] = {}) {
  const started = await startBucket(options);
  const { UploadId } = await started.call('CreateMultipartUpload', { Bucket: 'bucket', Key: 'k', ...more });
  const target = { Bucket: 'bucket', Key: 'k', UploadId };
  return {
    ...started,
    target,
    part: async (PartNumber: number, text: string, extra: object = {}) => {
      const answer = await started.call('UploadPart', { ...target, PartNumber, Body: body(text), ...extra });
      return { ...answer, PartNumber };
    },
    complete: (Parts: readonly object[], extra: object = {}) =>
      started.call('CompleteMultipartUpload', { ...target, MultipartUpload: { Parts }, ...extra }),
    refused: (Parts: readonly object[], extra: object = {}) =>
      started.refusal('CompleteMultipartUpload', { ...target, MultipartUpload: { Parts }, ...extra }),
  };
}

describe('an upload in parts', () => {
  test('becomes one object with the MD5 of MD5s as ETag, and one event', async () => {
    const { part, complete, text, names } = await startUpload();
    const parts = [await part(1, PART), await part(2, 'tail')];
    const md5 = (data: string) => createHash('md5').update(data).digest();
    const expected = createHash('md5')
      .update(Buffer.concat([md5(PART), md5('tail')]))
      .digest('hex');
    expect(await complete(parts)).toMatchObject({ ETag: `"${expected}-2"`, ChecksumType: 'FULL_OBJECT' });
    expect(await text('k', { Range: `bytes=${PART.length - 1}-` })).toBe('atail');
    expect(names()).toEqual(['ObjectCreated:CompleteMultipartUpload']);
  });

  test('has the checksum that one upload of the same bytes has', async () => {
    for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME']) {
      const whole = await startBucket();
      const { createDigest } = await import('../../connectors/s3/checksum/checksum.ts');
      const sum = (data: string) => {
        const digest = createDigest(algorithm as 'CRC32');
        digest.update(Buffer.from(data));
        return digest.digest().toString('base64');
      };
      const member = `Checksum${algorithm}`;
      const expected = (await whole.put('k', `${PART}tail`, { [member]: sum(`${PART}tail`) }))[member];
      const { part, complete } = await startUpload({ ChecksumAlgorithm: algorithm, ChecksumType: 'FULL_OBJECT' });
      const parts = [await part(1, PART, { [member]: sum(PART) }), await part(2, 'tail', { [member]: sum('tail') })];
      expect(await complete(parts)).toMatchObject({ [member]: expected, ChecksumType: 'FULL_OBJECT' });
    }
  });

  test('shows its parts one by one', async () => {
    const { part, complete, call, refusal } = await startUpload();
    await complete([await part(1, PART), await part(5, 'tail')]);
    expect(await call('HeadObject', { Bucket: 'bucket', Key: 'k', PartNumber: 2 })).toMatchObject({
      PartsCount: 2,
      ContentLength: 4,
      ContentRange: `bytes ${PART.length}-${PART.length + 3}/${PART.length + 4}`,
    });
    expect(await refusal('HeadObject', { Bucket: 'bucket', Key: 'k', PartNumber: 3 })).toMatchObject({
      code: 'InvalidPartNumber',
      status: 416,
    });
  });

  test('refuses parts that are out of order, unknown, changed or too small', async () => {
    const { part, refused } = await startUpload();
    const [one, two] = [await part(1, 'small'), await part(2, 'tail')];
    expect(await refused([two, one])).toMatchObject({ code: 'InvalidPartOrder' });
    expect(await refused([{ ...one, PartNumber: 3 }])).toMatchObject({ code: 'InvalidPart', PartNumber: '3' });
    expect(await refused([{ ...one, ETag: 'other' }])).toMatchObject({ code: 'InvalidPart', ETag: 'other' });
    expect(await refused([one, two])).toMatchObject({ code: 'EntityTooSmall', ProposedSize: '5', PartNumber: '1' });
  });

  test('keeps the checksum promise that it began with', async () => {
    const { part, refused, refusal, target } = await startUpload({ ChecksumAlgorithm: 'SHA256' });
    const sha = createHash('sha256').update('x').digest('base64');
    const { ChecksumSHA256: _left, ...one } = await part(1, 'x', { ChecksumSHA256: sha });
    expect(await refused([one])).toMatchObject({
      message:
        'The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.',
    });
    const other = { ...target, PartNumber: 2, Body: body('x'), ChecksumCRC32: 'jNwXgw==' };
    expect(await refusal('UploadPart', other)).toMatchObject({ code: 'InvalidRequest' });
  });

  test('fails its condition when the key was removed and put again meanwhile', async () => {
    const { part, refused, put, call } = await startUpload();
    const one = await part(1, 'x');
    const { ETag } = await put('k', 'y');
    expect(await refused([one], { IfMatch: '"other"' })).toMatchObject({ status: 412 });
    expect(await refused([one], { IfMatch: ETag })).toMatchObject({ code: 'ConditionalRequestConflict', status: 409 });
    await call('DeleteObject', { Bucket: 'bucket', Key: 'k' });
    expect(await refused([one], { IfNoneMatch: '*' })).toMatchObject({ code: 'ConditionalRequestConflict' });
  });

  test('is listed until it ends, and is gone after that', async () => {
    const { target, part, call, refusal } = await startUpload();
    await part(1, 'x');
    const { Uploads } = await call('ListMultipartUploads', { Bucket: 'bucket' });
    expect(Uploads).toMatchObject([{ Key: 'k', UploadId: target.UploadId, StorageClass: 'STANDARD' }]);
    expect((await call('ListParts', target)).Parts).toMatchObject([{ PartNumber: 1, Size: 1 }]);
    await call('AbortMultipartUpload', target);
    expect(await refusal('ListParts', target)).toMatchObject({ code: 'NoSuchUpload', UploadId: target.UploadId });
    expect(await call('ListMultipartUploads', { Bucket: 'bucket' })).not.toHaveProperty('Uploads');
  });

  test('may be completed again, for the same answer and no second event', async () => {
    const { part, complete, names } = await startUpload();
    const parts = [await part(1, 'x')];
    const answer = await complete(parts, { IfNoneMatch: '*' });
    expect(await complete(parts, { IfNoneMatch: '*' })).toEqual(answer);
    expect(names()).toEqual(['ObjectCreated:CompleteMultipartUpload']);
  });

  test('whose event could not be stored tells of it when it is completed again, once', async () => {
    let isAway = true;
    const beforePublish = async () => {
      if (isAway) throw new BackendUnavailable('The queue', 'is away');
    };
    const { part, complete, names, call } = await startUpload({}, { beforePublish });
    const parts = [await part(1, 'x')];
    await expect(complete(parts)).rejects.toBeInstanceOf(BackendUnavailable);
    await expect(complete(parts)).rejects.toBeInstanceOf(BackendUnavailable);
    isAway = false;
    const { ETag } = await complete(parts);
    expect(await call('HeadObject', { Bucket: 'bucket', Key: 'k' })).toMatchObject({ ETag });
    expect(await complete(parts)).toMatchObject({ ETag });
    expect(names()).toEqual(['ObjectCreated:CompleteMultipartUpload']);
  });

  test('that the store completed without being able to say so can be completed again', async () => {
    const { part, complete, names, call } = await startUpload({}, { wrap: withoutAnswer });
    const parts = [await part(1, 'x')];
    await expect(complete(parts, { IfNoneMatch: '*' })).rejects.toBeInstanceOf(BackendUnavailable);
    const { ETag } = await complete(parts, { IfNoneMatch: '*' });
    expect(await call('HeadObject', { Bucket: 'bucket', Key: 'k' })).toMatchObject({ ETag });
    expect(await complete(parts)).toMatchObject({ ETag });
    expect(names()).toEqual(['ObjectCreated:CompleteMultipartUpload']);
    expect(await call('ListMultipartUploads', { Bucket: 'bucket' })).not.toHaveProperty('Uploads');
  });

  test('cannot be completed again once its object was replaced or removed', async () => {
    const { part, complete, refused, put, call } = await startUpload();
    const parts = [await part(1, 'x')];
    await complete(parts);
    await put('k', 'other');
    expect(await refused(parts)).toMatchObject({ code: 'NoSuchUpload' });
    await call('DeleteObject', { Bucket: 'bucket', Key: 'k' });
    expect(await refused(parts)).toMatchObject({ code: 'NoSuchUpload' });
  });

  test('makes one object when it is completed several times at once', async () => {
    const { part, complete, names } = await startUpload();
    const parts = [await part(1, 'x')];
    const [first, ...others] = await Promise.all([complete(parts), complete(parts), complete(parts)]);
    expect(others).toEqual([first, first]);
    expect(names()).toEqual(['ObjectCreated:CompleteMultipartUpload']);
  });

  test('takes parts by copy, of a range too', async () => {
    const { put, call, target, complete, text, refusal } = await startUpload();
    await put('source', '0123456789');
    const copy = { ...target, PartNumber: 1, CopySource: 'bucket/source' };
    const { CopyPartResult } = await call('UploadPartCopy', { ...copy, CopySourceRange: 'bytes=2-5' });
    await complete([{ PartNumber: 1, ETag: CopyPartResult.ETag }]);
    expect(await text('k')).toBe('2345');
    const next = await call('CreateMultipartUpload', { Bucket: 'bucket', Key: 'k' });
    const wrong = { ...copy, UploadId: next.UploadId, CopySourceRange: 'bytes=0-100' };
    expect(await refusal('UploadPartCopy', wrong)).toMatchObject({
      message: 'Range specified is not valid for source object of size: 10',
    });
  });
});

/** A store that completes an upload, fails then, and goes on to show the upload until that is aborted. */
function withoutAnswer(objects: ObjectStore): ObjectStore {
  let left: Awaited<ReturnType<ObjectStore['upload']>>;
  return {
    ...objects,
    async complete(upload, ...rest) {
      await objects.complete(upload, ...rest);
      left = upload;
      throw new BackendUnavailable('The store', 'is away');
    },
    upload: async (...asked) => left ?? (await objects.upload(...asked)),
    async uploads(bucket) {
      return left ? [left] : await objects.uploads(bucket);
    },
    async abort(upload) {
      left = undefined;
      return await objects.abort(upload);
    },
  };
}

// What every blob store keeps, whatever is beneath it. A driver sits it by calling `describeBlobStore`.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BlobStore } from '../../src/core/ports/blob-store.ts';

/** Opens an empty store. */
export type OpenBlobStore = () => Promise<BlobStore>;

export function describeBlobStore(open: OpenBlobStore): void {
  const hello = Buffer.from('hello');
  const SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  let blobs: BlobStore;
  beforeEach(async () => {
    blobs = await open();
  });
  afterEach(() => blobs[Symbol.asyncDispose]());

  test('names bytes by their sha256 and gives them back', async () => {
    expect(await blobs.put(hello)).toBe(SHA256);
    expect(Buffer.from((await blobs.get(SHA256)) ?? []).toString()).toBe('hello');
  });

  test('keeps one of what is stored twice, also at the same time', async () => {
    expect(await Promise.all([blobs.put(hello), blobs.put(hello)])).toEqual([SHA256, SHA256]);
    await blobs.remove(SHA256);
    expect(await blobs.get(SHA256)).toBeUndefined();
  });

  test('has nothing to say of what it never had, and removes it without complaint', async () => {
    expect(await blobs.get('0'.repeat(64))).toBeUndefined();
    await blobs.remove('0'.repeat(64));
  });

  test('keeps what was stored after a removal that had not ended', async () => {
    await blobs.put(hello);
    await Promise.all([blobs.remove(SHA256), blobs.put(hello)]);
    expect(await blobs.get(SHA256)).toBeDefined();
  });

  test('gives back nothing as nothing, and millions of bytes as they were', async () => {
    const many = Buffer.alloc(3 * 2 ** 20 + 17, 'many bytes, ');
    for (const bytes of [Buffer.alloc(0), many]) {
      const sha256 = await blobs.put(bytes);
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(bytes.equals((await blobs.get(sha256)) ?? Buffer.from('missing'))).toBe(true);
    }
  });
}

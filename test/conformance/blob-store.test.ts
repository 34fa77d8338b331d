import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlobStore } from '../../src/backends/embedded/blob-store.ts';
import type { BlobStore } from '../../src/core/ports/blob-store.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-blobs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const drivers: readonly (readonly [string, () => BlobStore])[] = [
  ['memory', () => openBlobStore()],
  ['files', () => openBlobStore({ folder: join(folder, 'suite'), fsync: true })],
];

describe.each(drivers)('blob store in %s', (_name, open) => {
  const hello = Buffer.from('hello');
  const SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

  it('names bytes by their sha256 and gives them back', async () => {
    await using blobs = open();
    expect(await blobs.put(hello)).toBe(SHA256);
    expect(Buffer.from((await blobs.get(SHA256)) ?? []).toString()).toBe('hello');
  });

  it('keeps one of what is stored twice, also at the same time', async () => {
    await using blobs = open();
    expect(await Promise.all([blobs.put(hello), blobs.put(hello)])).toEqual([SHA256, SHA256]);
    await blobs.remove(SHA256);
    expect(await blobs.get(SHA256)).toBeUndefined();
  });

  it('has nothing to say of what it never had, and removes it without complaint', async () => {
    await using blobs = open();
    expect(await blobs.get('0'.repeat(64))).toBeUndefined();
    await blobs.remove('0'.repeat(64));
  });

  it('keeps what was stored after a removal that had not ended', async () => {
    await using blobs = open();
    await blobs.put(hello);
    await Promise.all([blobs.remove(SHA256), blobs.put(hello)]);
    expect(await blobs.get(SHA256)).toBeDefined();
  });
});

describe('blobs in files', () => {
  it('are there when they are opened again, and leave nothing half written', async () => {
    const path = join(folder, 'again');
    const sha256 = await openBlobStore({ folder: path }).put(Buffer.from('kept'));
    expect(await openBlobStore({ folder: path }).get(sha256)).toEqual(Buffer.from('kept'));
    expect(await readdir(join(path, sha256.slice(0, 2)))).toEqual([sha256]);
  });
});

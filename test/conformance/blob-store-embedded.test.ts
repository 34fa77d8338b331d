// Blobs in memory and in files.
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openBlobStore } from '../../src/backends/embedded/blob-store.ts';
import { describeBlobStore } from './blob-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-blobs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a blob store in memory', () => describeBlobStore(async () => openBlobStore()));

describe('a blob store in files', () => {
  describeBlobStore(async () => openBlobStore({ folder: join(folder, 'suite'), fsync: true }));

  test('has what it had when it is opened again, and leaves nothing half written', async () => {
    const path = join(folder, 'again');
    const sha256 = await openBlobStore({ folder: path }).put(Buffer.from('kept'));
    expect(await openBlobStore({ folder: path }).get(sha256)).toEqual(Buffer.from('kept'));
    expect(await readdir(join(path, sha256.slice(0, 2)))).toEqual([sha256]);
  });
});

// Run as a process of its own, to be killed: writes objects of all sizes, overwrites and completes uploads, and prints each
// key with its size once the store has acknowledged it.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openObjectStore } from '../../src/backends/embedded/object-store/object-store.ts';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { realClock } from '../../src/core/clock.ts';
import type { ByteStream } from '../../src/core/operation.ts';
import { systemRandom } from '../../src/core/random.ts';

const [dataDir = '', round = ''] = process.argv.slice(2);
const store = await openLmdbStore({ dataDir, fsync: false });
const directory = join(dataDir, 'objects');
const objects = await openObjectStore({ store, directory, clock: realClock, random: systemRandom });
const finish = ({ md5 }: { readonly md5: string }) => ({ etag: md5, attributes: {} });
const acknowledge = (key: string, size: number) => writeSync(1, `${key} ${size}\n`);

async function* bytes(size: number): ByteStream {
  for (let left = size; left > 0; left -= 16_384) yield Buffer.alloc(Math.min(left, 16_384), 'x');
}

async function writeObjects(worker: number): Promise<never> {
  for (let n = 0; ; n++) {
    const key = `${round}/${worker}/${n}`;
    const size =
      systemRandom.integer(0, 3) === 0 ? systemRandom.integer(70_000, 400_000) : systemRandom.integer(0, 5000);
    if (n % 7 === 0) await writeUpload(key, size);
    else await objects.put('b', key, bytes(size), { versioning: 'off', finish });
    acknowledge(key, size);
  }
}

async function writeUpload(key: string, size: number): Promise<void> {
  const upload = await objects.beginUpload('b', key, {});
  const first = Math.floor(size / 2);
  await objects.putPart(upload, 1, bytes(first), finish);
  await objects.putPart(upload, 2, bytes(size - first), finish);
  await objects.complete(upload, await objects.parts(upload), { versioning: 'off', etag: 'e-2', attributes: {} });
}

await Promise.all([1, 2, 3, 4].map(writeObjects));

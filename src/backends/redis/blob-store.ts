import { createHash } from 'node:crypto';
import { HeadwaterError } from '../../core/errors.ts';
import type { BlobStore } from '../../core/ports/blob-store.ts';
import type { Random } from '../../core/random.ts';
import type { RedisLink } from './link.ts';
import { script } from './script.ts';

/** Large enough for few commands, small enough for others not to wait for one. */
const CHUNK_BYTES = 512 * 1024;
/** What a killed process has sent of a blob is gone after that, in the engine's own time. */
const HALF_SECONDS = 3600;

const SEND = script(`
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('EXPIRE', KEYS[1], ${HALF_SECONDS})
  return 1
`);

/** Makes what was sent the blob, unless there is one. Answers 0 when what was sent is not all there any more. */
const KEEP = script(`
  local half, whole = KEYS[1], KEYS[2]
  if redis.call('EXISTS', whole) == 1 then redis.call('UNLINK', half) return 1 end
  if redis.call('HLEN', half) ~= tonumber(ARGV[1]) then return 0 end
  redis.call('PERSIST', half)
  redis.call('RENAME', half, whole)
  return 1
`);

/** Blobs in Redis, in chunks. One is sent under a name of its own and gets its right name when it is whole. */
export function openBlobStore({ link, random }: { readonly link: RedisLink; readonly random: Random }): BlobStore {
  const keyOf = (sha256: string) => `${link.prefix}blob:${sha256}`;

  async function send(key: string, bytes: Uint8Array): Promise<number> {
    const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const part = bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES);
      await link.run(SEND, [key], [chunk, Buffer.from(part.buffer, part.byteOffset, part.length)]);
    }
    return chunks;
  }

  return {
    driver: 'redis',
    async put(bytes) {
      const sha256 = nameOf(bytes);
      const whole = keyOf(sha256);
      if ((await link.ask((redis) => redis.exists(whole))) === 1) return sha256;
      const half = `${whole}:half:${random.uuid()}`;
      const chunks = await send(half, bytes);
      if ((await link.run<number>(KEEP, [half, whole], [chunks])) === 0) {
        throw new HeadwaterError('BLOB_LOST', `${link.name} has lost a part of what was just stored`, {
          fault: 'headwater',
        });
      }
      return sha256;
    },
    async get(sha256) {
      const key = keyOf(sha256);
      const count = await link.ask((redis) => redis.hlen(key));
      const chunks: Buffer[] = [];
      for (let chunk = 0; chunk < count; chunk += 1) {
        const part = await link.ask((redis) => redis.hgetBuffer(key, String(chunk)));
        // Removed meanwhile.
        if (part === null) return undefined;
        chunks.push(part);
      }
      if (count === 0) return undefined;
      const bytes = Buffer.concat(chunks);
      if (nameOf(bytes) === sha256) return bytes;
      throw new HeadwaterError(
        'BLOB_DAMAGED',
        `What ${link.name} holds of ${sha256} is not what was stored; store it again`,
      );
    },
    remove: async (sha256) => void (await link.ask((redis) => redis.unlink(keyOf(sha256)))),
    [Symbol.asyncDispose]: async () => {},
  };
}

const nameOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

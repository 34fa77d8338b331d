import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** What undoes a compression that producers chose; of gzip the client knows itself. */
interface Codec {
  decompress(compressed: Buffer): Promise<Buffer>;
}

/** Codecs by what the client calls the compression; nothing of them is loaded before a compressed batch has come. */
export const CODECS = {
  Snappy: { decompress: async (compressed) => unSnappy(compressed, (await compressions()).snappyDecompress) },
  LZ4: { decompress: async (compressed) => (await compressions()).lz4Decompress(compressed) },
  ZSTD: { decompress: unZstd },
} as const satisfies Readonly<Record<string, Codec>>;

const compressions = () => import('@platformatic/wasm-utils');

/** What Java's producers frame their blocks with; others write one block without a frame. */
const FRAME = Buffer.from('\x82SNAPPY\0', 'latin1');
const FRAME_HEAD_BYTES = FRAME.length + 8;

/** Each block of a frame stands behind its length. https://github.com/xerial/snappy-java#compatibility-notes */
function unSnappy(compressed: Buffer, unblock: (block: Buffer) => Buffer): Buffer {
  if (!compressed.subarray(0, FRAME.length).equals(FRAME)) return unblock(compressed);
  const blocks: Buffer[] = [];
  for (let at = FRAME_HEAD_BYTES; at < compressed.length; ) {
    const end = at + 4 + compressed.readInt32BE(at);
    blocks.push(unblock(compressed.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

/** Newer than the types that this is checked against. https://nodejs.org/api/zlib.html#zlibzstddecompressbuffer-options-callback */
const { zstdDecompress } = zlib as { readonly zstdDecompress?: typeof zlib.gunzip };

async function unZstd(compressed: Buffer): Promise<Buffer> {
  if (!zstdDecompress)
    throw new CodecMissing(`zstd compression needs Node.js 22.15 or later; this is ${process.version}`);
  return await promisify<Buffer, Buffer>(zstdDecompress)(compressed);
}

/** Named as the client's own error, which it does not try again. */
class CodecMissing extends Error {
  override readonly name = 'KafkaJSNotImplemented';
}

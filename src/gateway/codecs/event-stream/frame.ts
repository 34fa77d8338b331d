import { crc32 } from 'node:zlib';

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const STRING = 7;

/**
 * One message of an event stream: prelude, headers of text, payload, each guarded by a CRC.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
 */
export function eventFrame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const size = PRELUDE_BYTES + head.length + payload.length + CRC_BYTES;
  const frame = Buffer.allocUnsafe(size);
  frame.writeUInt32BE(size, 0);
  frame.writeUInt32BE(head.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.set(head, PRELUDE_BYTES);
  frame.set(payload, PRELUDE_BYTES + head.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, size - CRC_BYTES)), size - CRC_BYTES);
  return frame;
}

function header(name: string, value: string): Buffer {
  const size = Buffer.byteLength(name);
  const bytes = Buffer.alloc(1 + size + 3 + Buffer.byteLength(value));
  bytes.writeUInt8(size, 0);
  bytes.write(name, 1);
  bytes.writeUInt8(STRING, 1 + size);
  bytes.writeUInt16BE(Buffer.byteLength(value), 2 + size);
  bytes.write(value, 4 + size);
  return bytes;
}

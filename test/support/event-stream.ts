import { crc32 } from 'node:zlib';

/** One message of an event stream as it was on the wire. */
export interface EventMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** Takes the whole messages off the front of `bytes`, checking both CRCs; `rest` is what has not come whole. */
export function readEventMessages(bytes: Buffer): {
  readonly messages: readonly EventMessage[];
  readonly rest: Buffer;
} {
  const messages: EventMessage[] = [];
  let rest = bytes;
  while (rest.length >= 12 && rest.length >= rest.readUInt32BE(0)) {
    const frame = rest.subarray(0, rest.readUInt32BE(0));
    messages.push(readMessage(frame));
    rest = rest.subarray(frame.length);
  }
  return { messages, rest };
}

function readMessage(frame: Buffer): EventMessage {
  const end = frame.length - 4;
  if (frame.readUInt32BE(8) !== crc32(frame.subarray(0, 8))) throw new Error('The CRC of a prelude is wrong');
  if (frame.readUInt32BE(end) !== crc32(frame.subarray(0, end))) throw new Error('The CRC of a message is wrong');
  const payloadAt = 12 + frame.readUInt32BE(4);
  const headers: Record<string, string> = {};
  for (let at = 12; at < payloadAt; ) {
    const nameEnd = at + 1 + frame.readUInt8(at);
    const valueEnd = nameEnd + 3 + frame.readUInt16BE(nameEnd + 1);
    if (frame[nameEnd] !== 7) throw new Error('A header is not text');
    headers[frame.toString('utf8', at + 1, nameEnd)] = frame.toString('utf8', nameEnd + 3, valueEnd);
    at = valueEnd;
  }
  return { headers, payload: frame.subarray(payloadAt, end) };
}

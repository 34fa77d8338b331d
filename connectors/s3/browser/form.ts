import type { ByteStream } from '../../../src/core/operation.ts';
import { refusal } from '../errors.ts';

/** A form as a browser posts it: fields, and then the file, which streams. */
export interface PostedForm {
  /** Lower-case names. */
  readonly fields: ReadonlyMap<string, string>;
  /** Absent when the `file` field is plain text. */
  readonly fileName: string | undefined;
  readonly file: ByteStream;
}

/** AWS's bound on what comes before the file (docs: sigv4-HTTPPOSTForms.html). */
const MAX_FIELD_BYTES = 20_000;
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

const malformed = () =>
  refusal(400, 'MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');

/** Reads the fields up to the file. What comes after the file is not read, as AWS ignores it. */
export async function readForm(contentType: string, body: ByteStream): Promise<PostedForm> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed();
  const scanner = createScanner(body);
  const fields = new Map<string, string>();
  await scanner.take(Buffer.from(`--${boundary}\r\n`), MAX_FIELD_BYTES);
  const end = Buffer.from(`\r\n--${boundary}`);
  for (let size = 0; size <= MAX_FIELD_BYTES; ) {
    const headers = (await scanner.take(END_OF_HEADERS, MAX_FIELD_BYTES)).toString('utf8');
    const name = /\bname="([^"]*)"/i.exec(headers)?.[1];
    if (name === undefined) throw malformed();
    const fileName = /\bfilename="([^"]*)"/i.exec(headers)?.[1];
    if (name.toLowerCase() === 'file') return { fields, fileName, file: scanner.streamUntil(end) };
    const value = (await scanner.take(end, MAX_FIELD_BYTES)).toString('utf8');
    fields.set(name.toLowerCase(), value);
    size += value.length;
    if ((await scanner.takeBytes(2)).toString() !== '\r\n') break;
  }
  throw refusal(400, 'IncorrectNumberOfFilesInPostRequest', 'POST requires exactly one file upload per request.');
}

function createScanner(body: ByteStream) {
  const source = body[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async () => {
    const next = await source.next();
    if (next.done) throw malformed();
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value]);
  };
  return {
    /** What comes before the delimiter, which is skipped. */
    async take(delimiter: Buffer, maxBytes: number): Promise<Buffer> {
      for (;;) {
        const at = held.indexOf(delimiter);
        if (at >= 0) {
          const taken = held.subarray(0, at);
          held = held.subarray(at + delimiter.length);
          return taken;
        }
        if (held.length > maxBytes) {
          throw refusal(
            400,
            'MaxPostPreDataLengthExceeded',
            'Your POST request fields preceding the upload file were too large.',
          );
        }
        await more();
      }
    },

    async takeBytes(count: number): Promise<Buffer> {
      while (held.length < count) await more();
      const taken = held.subarray(0, count);
      held = held.subarray(count);
      return taken;
    },

    /** Gives out all but what could be the beginning of the delimiter. */
    async *streamUntil(delimiter: Buffer): ByteStream {
      for (;;) {
        const at = held.indexOf(delimiter);
        const safe = at >= 0 ? at : held.length - delimiter.length + 1;
        if (safe > 0) {
          yield held.subarray(0, safe);
          held = held.subarray(safe);
        }
        if (at >= 0) break;
        await more();
      }
      // The rest is read and dropped, so that the connection can be used again.
      while (!(await source.next()).done);
    },
  };
}

import { isUtf8 } from 'node:buffer';

/**
 * What is wrong with a payload that is no JSON, in the words of the parser that AWS uses (Jackson); `undefined` when
 * nothing is. Recorded: an invalid first byte, an invalid byte within a token.
 *
 * @param source what the parser calls the text; most services hide it
 */
export function jsonFault(payload: Uint8Array, source = REDACTED): string | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (isUtf8(bytes)) {
    try {
      JSON.parse(bytes.toString());
      return undefined;
    } catch {
      // Found below, where it is also placed.
    }
  }
  const { message, offset } = new Scanner(bytes, source).firstFault();
  return `${message}\n at ${place(bytes, offset, source)}`;
}

interface Fault {
  readonly message: string;
  /** Bytes read when it was noticed. */
  readonly offset: number;
}

const REDACTED = 'REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)';

/** Columns count bytes, from 1. */
function place(bytes: Buffer, offset: number, source: string): string {
  const before = bytes.subarray(0, offset).toString('latin1');
  const lineStart = before.lastIndexOf('\n') + 1;
  return `[Source: ${source}; line: ${before.split('\n').length}, column: ${offset - lineStart}]`;
}

const EXPECTED = "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** Reads until the first fault; only ever run on what is known to be faulty. */
class Scanner {
  readonly #bytes: Buffer;
  readonly #source: string;
  #at = 0;

  constructor(bytes: Buffer, source: string) {
    this.#bytes = bytes;
    this.#source = source;
  }

  firstFault(): Fault {
    try {
      this.#value();
      this.#space();
      return this.#unexpected(EXPECTED);
    } catch (fault) {
      if (fault instanceof Found) return fault.fault;
      throw fault;
    }
  }

  #value(within?: 'Object' | 'Array'): void {
    this.#space();
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw this.#end(
        within ? `Unexpected end-of-input within/between ${within} entries` : 'No content to map due to end-of-input',
      );
    }
    if (byte === 0x7b) this.#members('Object', 0x7d, () => this.#member());
    else if (byte === 0x5b) this.#members('Array', 0x5d, () => this.#value('Array'));
    else if (byte === 0x22) this.#string();
    else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) this.#number();
    else if (/[ntf]/.test(String.fromCharCode(byte))) this.#token();
    else if (/[a-zA-Z_$]/.test(String.fromCharCode(byte))) throw this.#unknownToken();
    else throw new Found(this.#unexpected(EXPECTED));
  }

  #members(kind: 'Object' | 'Array', close: number, item: () => void): void {
    const start = place(this.#bytes, this.#at + 1, this.#source);
    const cut = () =>
      this.#end(`Unexpected end-of-input: expected close marker for ${kind} (start marker at ${start})`);
    this.#at += 1;
    this.#space();
    if (this.#bytes[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#space();
      if (this.#at >= this.#bytes.length) throw cut();
      item();
      this.#space();
      const next = this.#bytes[this.#at];
      if (next === undefined) throw cut();
      if (next !== 0x2c && next !== close) {
        throw new Found(this.#unexpected(`was expecting comma to separate ${kind} entries`));
      }
      this.#at += 1;
      if (next === close) return;
    }
  }

  #member(): void {
    if (this.#bytes[this.#at] !== 0x22) {
      throw new Found(this.#unexpected('was expecting double-quote to start field name'));
    }
    this.#string();
    this.#space();
    if (this.#bytes[this.#at] !== 0x3a) {
      throw new Found(this.#unexpected('was expecting a colon to separate field name and value'));
    }
    this.#at += 1;
    this.#value('Object');
  }

  #string(): void {
    this.#at += 1;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw this.#end('Unexpected end-of-input in VALUE_STRING');
      if (byte === 0x22) break;
      if (byte < 0x20) throw this.#control(byte);
      if (byte >= 0x80) this.#character();
      else this.#at += byte === 0x5c ? 2 : 1;
    }
    this.#at += 1;
  }

  #number(): void {
    const text = /^-?\d*\.?\d*(?:[eE][+-]?\d*)?/.exec(this.#bytes.toString('latin1', this.#at))?.[0] ?? '';
    const digits = text.replace(/^-/, '');
    if (/^0\d/.test(digits)) {
      const message = 'Invalid numeric value: Leading zeroes not allowed';
      throw new Found({ message, offset: this.#at + 2 });
    }
    this.#at += Math.max(1, text.length);
  }

  #token(): void {
    const word = ['null', 'true', 'false'].find((each) => this.#bytes[this.#at] === each.charCodeAt(0)) ?? '';
    if (this.#bytes.toString('latin1', this.#at, this.#at + word.length) !== word) throw this.#unknownToken();
    this.#at += word.length;
  }

  #unknownToken(): Found {
    const start = this.#at;
    while (this.#at < this.#bytes.length) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte >= 0x80) this.#character(1);
      else if (/[a-zA-Z0-9_$]/.test(String.fromCharCode(byte))) this.#at += 1;
      else break;
    }
    const token = this.#bytes.toString('utf8', start, this.#at);
    return new Found({ message: `Unrecognized token '${token}': was expecting ${TOKENS}`, offset: this.#at + 1 });
  }

  /** Passes one character of several bytes. */
  #character(ahead = 0): void {
    const first = this.#bytes[this.#at] ?? 0;
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    const hex = (byte: number) => `0x${byte.toString(16)}`;
    if (length === 0 || first > 0xf4) {
      const message = `Invalid UTF-8 start byte ${hex(first)}`;
      throw new Found({ message, offset: this.#at + 1 + ahead });
    }
    for (let index = 1; index < length; index += 1) {
      const byte = this.#bytes[this.#at + index];
      if (byte === undefined) throw this.#end('Unexpected end-of-input in VALUE_STRING');
      if ((byte & 0xc0) !== 0x80) {
        const message = `Invalid UTF-8 middle byte ${hex(byte)}`;
        throw new Found({ message, offset: this.#at + index + 1 + ahead });
      }
    }
    this.#at += length;
  }

  #space(): void {
    while ([0x20, 0x09, 0x0a, 0x0d].includes(this.#bytes[this.#at] ?? -1)) this.#at += 1;
  }

  #end(message: string): Found {
    return new Found({ message, offset: this.#bytes.length + 1 });
  }

  #control(byte: number): Found {
    const message =
      `Illegal unquoted character ((CTRL-CHAR, code ${byte})): ` +
      'has to be escaped using backslash to be included in string value';
    return new Found({ message, offset: this.#at + 1 });
  }

  #unexpected(expected: string): Fault {
    const byte = this.#bytes[this.#at] ?? 0;
    const control = byte < 0x20 || (byte >= 0x7f && byte < 0xa0);
    const shown = control ? `(CTRL-CHAR, code ${byte})` : `'${String.fromCharCode(byte)}' (code ${byte})`;
    return { message: `Unexpected character (${shown}): ${expected}`, offset: this.#at + 1 };
  }
}

/** Ends the scan. */
class Found extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

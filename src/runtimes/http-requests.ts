/** One HTTP/1.1 request as a runtime's client sent it. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Value of a header, by its lower-case name. */
  header(name: string): string | undefined;
  readonly body: Buffer;
  /** The body had more bytes than the reader keeps; `body` holds the first of them. */
  readonly truncated: boolean;
}

export interface RequestEvents {
  onRequest(request: HttpRequest): void;
  /** The client waits for `100 Continue` before it sends the body (libcurl does for large ones). */
  onExpectContinue(): void;
  /** Not HTTP: the connection is of no more use. */
  onMalformed(): void;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const END_OF_LINE = Buffer.from('\r\n');
const EMPTY = Buffer.alloc(0);
const MAX_HEAD_BYTES = 64 * 1024;

/** What of the current body is still to come. */
type BodyState =
  | { readonly kind: 'length'; remaining: number }
  | { readonly kind: 'chunk-size' }
  | { readonly kind: 'chunk'; remaining: number }
  | { readonly kind: 'chunk-end' }
  | { readonly kind: 'trailers' };

interface Head {
  readonly method: string;
  readonly path: string;
  readonly text: string;
  /** The same in lower case, where headers are looked for. */
  readonly lower: string;
}

/**
 * Reads the requests of one connection: keep-alive, pipelining, `Content-Length` and chunked bodies, nothing more.
 * `node:http` costs eight times as much per invocation, which is why this exists.
 */
export class RequestReader {
  readonly #events: RequestEvents;
  readonly #maxBodyBytes: number;
  #pending: Buffer = EMPTY;
  #head: Head | undefined;
  #state: BodyState = { kind: 'chunk-size' };
  #parts: Buffer[] = [];
  #bodyBytes = 0;
  #broken = false;

  /** @param maxBodyBytes how much of a body is kept; the rest is read and dropped */
  constructor(maxBodyBytes: number, events: RequestEvents) {
    this.#maxBodyBytes = maxBodyBytes;
    this.#events = events;
  }

  /** Takes the next bytes of the connection. */
  feed(bytes: Buffer): void {
    if (this.#broken) return;
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (!this.#broken && (this.#head ? this.#readBody() : this.#readHead()));
  }

  /** Each `read…` step says whether it may be followed by another with the bytes at hand. */
  #readHead(): boolean {
    const end = this.#pending.indexOf(END_OF_HEAD);
    if (end < 0) return this.#pending.length > MAX_HEAD_BYTES ? this.#break() : false;
    const text = this.#pending.toString('latin1', 0, end + 2);
    const line = text.slice(0, text.indexOf('\r\n')).split(' ');
    const [method, path, version] = line;
    if (!method || !path || !version?.startsWith('HTTP/1.')) return this.#break();
    this.#pending = this.#pending.subarray(end + 4);
    const lower = text.toLowerCase();
    const head = { method, path, text, lower };
    this.#head = head;
    const length = Number(headerOf(head, 'content-length') ?? 0);
    if (!(length >= 0)) return this.#break();
    const chunked = /chunked/i.test(headerOf(head, 'transfer-encoding') ?? '');
    this.#state = chunked ? { kind: 'chunk-size' } : { kind: 'length', remaining: length };
    if (headerOf(head, 'expect')?.toLowerCase() === '100-continue') this.#events.onExpectContinue();
    return true;
  }

  #readBody(): boolean {
    const state = this.#state;
    switch (state.kind) {
      case 'length':
        state.remaining -= this.#collect(state.remaining);
        return state.remaining === 0 ? this.#complete() : false;
      case 'chunk':
        state.remaining -= this.#collect(state.remaining);
        if (state.remaining > 0) return false;
        this.#state = { kind: 'chunk-end' };
        return true;
      default:
        return this.#readLine(state.kind);
    }
  }

  #readLine(kind: 'chunk-size' | 'chunk-end' | 'trailers'): boolean {
    const end = this.#pending.indexOf(END_OF_LINE);
    if (end < 0) return this.#pending.length > MAX_HEAD_BYTES ? this.#break() : false;
    const line = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    if (kind === 'trailers') {
      if (line === '') return this.#complete();
      if (this.#head) this.#head = withLine(this.#head, `${line}\r\n`);
      return true;
    }
    if (kind === 'chunk-end') {
      this.#state = { kind: 'chunk-size' };
      return line === '' ? true : this.#break();
    }
    const size = Number.parseInt(line, 16);
    if (!(size >= 0)) return this.#break();
    this.#state = size === 0 ? { kind: 'trailers' } : { kind: 'chunk', remaining: size };
    return true;
  }

  /** Moves at most `wanted` bytes into the body and says how many there were. */
  #collect(wanted: number): number {
    const taken = Math.min(wanted, this.#pending.length);
    if (taken === 0) return 0;
    const room = this.#maxBodyBytes - this.#bodyBytes;
    if (room > 0) this.#parts.push(this.#pending.subarray(0, Math.min(taken, room)));
    this.#bodyBytes += taken;
    this.#pending = this.#pending.subarray(taken);
    return taken;
  }

  #complete(): boolean {
    const head = this.#head;
    if (!head) return false;
    const { method, path } = head;
    const body = this.#parts.length === 1 ? (this.#parts[0] ?? EMPTY) : Buffer.concat(this.#parts);
    const truncated = this.#bodyBytes > this.#maxBodyBytes;
    this.#head = undefined;
    this.#parts = [];
    this.#bodyBytes = 0;
    this.#events.onRequest({ method, path, body, truncated, header: (name) => headerOf(head, name) });
    return this.#pending.length > 0;
  }

  #break(): false {
    this.#broken = true;
    this.#events.onMalformed();
    return false;
  }
}

const withLine = (head: Head, line: string): Head => ({
  ...head,
  text: head.text + line,
  lower: head.lower + line.toLowerCase(),
});

function headerOf(head: Head, name: string): string | undefined {
  const start = head.lower.indexOf(`\r\n${name}:`);
  if (start < 0) return undefined;
  const from = start + name.length + 3;
  return head.text.slice(from, head.text.indexOf('\r\n', from)).trim();
}

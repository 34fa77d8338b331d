const FRAME_BYTES = 16;
/** No event may grow beyond what CloudWatch Logs takes. */
const MAX_EVENT_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);

/**
 * Turns what a function writes into log events: one per line, or one per frame. Our bootstraps write what may hold several
 * lines in frames (type `a55a00xx`, length, microseconds, text; no UTF-8 text begins with byte a5).
 */
export class LogEvents {
  readonly #onEvent: (message: string) => void;
  #pending: Buffer = EMPTY;

  constructor(onEvent: (message: string) => void) {
    this.#onEvent = onEvent;
  }

  feed(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length > 0 && this.#take());
  }

  /** What has no line end yet becomes an event: the invocation is over. */
  flush(): void {
    if (this.#pending.length === 0 || isFrame(this.#pending)) return;
    this.#emit(this.#pending.length);
  }

  #take(): boolean {
    if (isFrame(this.#pending)) return this.#takeFrame();
    const end = this.#pending.indexOf(NEWLINE);
    if (end >= 0) return this.#emit(end + 1);
    return this.#pending.length >= MAX_EVENT_BYTES ? this.#emit(MAX_EVENT_BYTES) : false;
  }

  #takeFrame(): boolean {
    if (this.#pending.length < FRAME_BYTES) return false;
    const length = this.#pending.readUInt32BE(4);
    if (this.#pending.length < FRAME_BYTES + length) return false;
    this.#onEvent(this.#pending.toString('utf8', FRAME_BYTES, FRAME_BYTES + Math.min(length, MAX_EVENT_BYTES)));
    this.#pending = this.#pending.subarray(FRAME_BYTES + length);
    return true;
  }

  #emit(length: number): true {
    this.#onEvent(this.#pending.toString('utf8', 0, length));
    this.#pending = this.#pending.subarray(length);
    return true;
  }
}

const isFrame = (bytes: Buffer) => bytes[0] === 0xa5 && (bytes.length < 3 || (bytes[1] === 0x5a && bytes[2] === 0));

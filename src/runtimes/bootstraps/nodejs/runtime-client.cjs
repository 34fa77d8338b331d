'use strict';
// The Runtime API over one persistent connection. A POST and the `next` that follows it leave in one packet; the connection
// keeps the process alive only while it waits for an invocation, so that `beforeExit` tells when the handler's work is done.
const net = require('node:net');

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const PREFIX = '/2018-06-01/runtime';

class RuntimeClient {
  #host;
  #socket;
  #pending = Buffer.alloc(0);
  #expected = [];
  #onInvocation;

  constructor(address, onInvocation) {
    this.#host = address;
    this.#onInvocation = onInvocation;
    const [host, port] = address.split(':');
    this.#socket = net.connect({ host, port: Number(port), noDelay: true });
    this.#socket.on('data', (bytes) => this.#feed(bytes));
    // Whoever served us is gone: nothing is left to do.
    this.#socket.on('close', () => process.exit(0));
    this.#socket.on('error', () => process.exit(0));
  }

  next() {
    this.#expected.push('next');
    this.#socket.ref();
    this.#socket.write(`GET ${PREFIX}/invocation/next HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`);
  }

  /** Posts what an invocation came to and asks for the next one. */
  complete(path, body, headers = '') {
    this.#expected.push('accepted', 'next');
    this.#socket.ref();
    const next = `GET ${PREFIX}/invocation/next HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`;
    this.#write(this.#post(`/invocation/${path}`, body, headers), body, next);
  }

  /** Posts the last thing that this process has to say; `sent` is called once it has been taken. */
  finish(path, body, headers, sent) {
    this.#expected.push(sent);
    this.#socket.ref();
    this.#write(this.#post(path, body, headers), body, '');
  }

  #post(path, body, headers) {
    const length = Buffer.byteLength(body);
    return `POST ${PREFIX}${path} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Type: application/json\r\n${headers}Content-Length: ${length}\r\n\r\n`;
  }

  #write(head, body, tail) {
    if (typeof body === 'string') return void this.#socket.write(head + body + tail);
    this.#socket.cork();
    this.#socket.write(head);
    this.#socket.write(body);
    this.#socket.write(tail);
    this.#socket.uncork();
  }

  #feed(bytes) {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const end = this.#pending.indexOf(END_OF_HEAD);
      if (end < 0) return;
      const head = this.#pending.latin1Slice(0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const total = end + 4 + length;
      if (this.#pending.length < total) return;
      const body = this.#pending.utf8Slice(end + 4, total);
      this.#pending = this.#pending.subarray(total);
      this.#answer(head, body);
    }
  }

  #answer(head, body) {
    const expected = this.#expected.shift();
    if (typeof expected === 'function') return expected();
    if (expected !== 'next') return;
    if (!head.startsWith('HTTP/1.1 200')) process.exit(1);
    this.#socket.unref();
    this.#onInvocation(headersOf(head), body);
  }
}

function headersOf(head) {
  const headers = {};
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
  }
  return headers;
}

module.exports = { RuntimeClient };

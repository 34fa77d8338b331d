'use strict';
// `awslambda.streamifyResponse`: what the handler writes is gathered and posted when it ends, which is how Invoke answers.
const { Writable } = require('node:stream');
const { runtimeError } = require('./function-error.cjs');

class ResponseStream extends Writable {
  #parts = [];

  setContentType() {}

  _write(chunk, _encoding, done) {
    this.#parts.push(chunk);
    done();
  }

  get bytes() {
    return Buffer.concat(this.#parts);
  }
}

/** Runs a streaming handler; resolves to the bytes that it wrote. */
async function runStreaming(handler, event, context) {
  const stream = new ResponseStream();
  const failed = new Promise((_resolve, reject) => stream.on('error', reject));
  const running = handler(event, stream, context);
  if (typeof running?.then !== 'function') throw new Error('Streaming does not support non-async handlers.');
  const returned = await Promise.race([running, failed]);
  if (returned !== undefined) console.warn('Streaming handlers ignore return values.');
  if (!stream.writableFinished) {
    if (!stream.writableEnded) throw runtimeError('StreamError', 'Response stream is not finished.');
    await Promise.race([new Promise((resolve) => stream.on('finish', resolve)), failed]);
  }
  return stream.bytes;
}

/** Puts status and headers before the body, as function URLs expect them. */
const HttpResponseStream = {
  from(stream, prelude) {
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    stream.write(Buffer.concat([Buffer.from(JSON.stringify(prelude)), Buffer.alloc(8)]));
    return stream;
  },
};

module.exports = { HttpResponseStream, runStreaming };

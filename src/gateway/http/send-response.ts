import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ByteStream, RawResponse } from '../../core/operation.ts';
import { isClientGone } from './client-gone.ts';

/**
 * Writes an answer; a streaming body waits for the client, and ends when the client goes away. Rejects with what its source
 * threw: the status is sent, so all that is left then is to cut the connection.
 */
export async function sendResponse(response: ServerResponse, { status, headers, body }: RawResponse): Promise<void> {
  if (isClientGone(response)) return;
  response.writeHead(status, headers);
  const isWanted = response.req.method !== 'HEAD';
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    if (body !== undefined && isWanted) response.end(body);
    else response.end();
  } else if (isWanted) await sendStream(response, body);
  else {
    response.end();
    await discard(body);
  }
}

async function sendStream(response: ServerResponse, body: ByteStream): Promise<void> {
  let leave = () => {};
  response.once('close', () => leave());
  // A source may be silent for long; a client that goes away ends the wait.
  const orGone = <Result>(work: Promise<Result>) =>
    new Promise<Result | undefined>((resolve, reject) => {
      leave = () => resolve(undefined);
      work.then(resolve, reject);
    });
  const chunks = body[Symbol.asyncIterator]();
  try {
    while (!isClientGone(response)) {
      const next = await orGone(chunks.next());
      if (!next || isClientGone(response)) return;
      if (next.done) break;
      if (!response.write(next.value)) await orGone(once(response, 'drain'));
    }
    response.end();
  } finally {
    void chunks.return?.().catch(() => {});
  }
}

/** Lets the source of a body that is not wanted let go of what it holds. */
async function discard(body: ByteStream): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ByteStream, RawResponse } from '../../core/operation.ts';

/** Writes an answer; a streaming body waits for the client, and ends when the client goes away. */
export async function sendResponse(response: ServerResponse, { status, headers, body }: RawResponse): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  if (body === undefined || response.req.method === 'HEAD') {
    response.end();
    if (body !== undefined && !(body instanceof Uint8Array)) await discard(body);
  } else if (body instanceof Uint8Array) response.end(body);
  else await sendStream(response, body);
}

async function sendStream(response: ServerResponse, body: ByteStream): Promise<void> {
  const gone = new AbortController();
  const onClose = () => gone.abort();
  response.once('close', onClose);
  try {
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await once(response, 'drain', { signal: gone.signal });
    }
    response.end();
  } catch (error) {
    // The status is sent: all that is left is to cut the connection, so that the client sees the body is not whole.
    response.destroy();
    if (!gone.signal.aborted) throw error;
  } finally {
    response.off('close', onClose);
  }
}

/** Lets the source of a body that is not wanted let go of what it holds. */
async function discard(body: ByteStream): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}

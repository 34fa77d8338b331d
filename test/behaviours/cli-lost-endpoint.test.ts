// README.md, "Command line": exit code 2 means that something was wrong, and the message says what.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { adminClient } from '../../src/cli/admin-client.ts';

/** What a command learns of an endpoint that answers so. */
async function linesFrom(answer: RequestListener): Promise<string[]> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  try {
    for await (const line of adminClient({ positionals: [], flags: { endpoint } }).lines('/record')) lines.push(line);
  } catch (error) {
    lines.push((error as Error).message.replace(endpoint, 'URL'));
  } finally {
    server.close();
  }
  return lines;
}

const GONE = 'The endpoint at URL went away before it had told all';

test('an endpoint that goes away on the way is told in a sentence, behind what it had said', async () => {
  const lines = await linesFrom((_request, response) => {
    response.writeHead(200).write('{"a":1}\n', () => response.destroy());
  });
  expect(lines).toEqual(['{"a":1}', GONE]);
});

test('one that goes away before it answers is not taken for one that was never there', async () => {
  expect(await linesFrom((request) => request.socket.destroy())).toEqual([GONE]);
});

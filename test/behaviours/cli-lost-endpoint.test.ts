// README.md, "Command line": exit code 2 means that something was wrong, and the message says what.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { adminClient } from '../../src/cli/admin-client.ts';
import type { CommandLine } from '../../src/cli/command.ts';
import { serviceClient } from '../../src/cli/service-client.ts';

/** What happens to one who calls an endpoint that answers so. */
async function calling(answer: RequestListener, call: (line: CommandLine) => Promise<unknown>): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outcome = await call({ positionals: [], flags: { endpoint } }).catch((error: Error) => error.message);
  server.close();
  return String(outcome).replace(endpoint, 'URL');
}

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

test.each([
  [200, '<html>'],
  [200, ''],
  [404, '<html>'],
  [400, '{"error":"no"}'],
])('another server, which says %i %j, is not taken for one that refuses', async (status, body) => {
  const answer: RequestListener = (_request, response) => response.writeHead(status).end(body);
  const sentence = `What answers at URL is not Headwater (HTTP ${status}); name the endpoint with --endpoint`;
  expect(await calling(answer, (line) => adminClient(line).get('/clock'))).toBe(sentence);
  if (status === 200) return;
  expect(await calling(answer, (line) => serviceClient(line).get('lambda', '/'))).toBe(sentence);
});

import { get } from 'node:http';
import { connect } from 'node:net';
import type { EngineName } from './engine.ts';

/** How long an engine on this machine may take to answer. */
const ANSWER_MS = 1500;

/** Kafka's ApiVersions request, version 0, from a client called `hw`: 12 bytes, key 18, version 0, number 1, the name. */
const API_VERSIONS = Buffer.from([0, 0, 0, 12, 0, 18, 0, 0, 0, 0, 0, 1, 0, 2, 104, 119]);

/** Whether an engine answers at its address, by the smallest question in its own protocol: an open port proves nothing. */
export async function answers(name: EngineName, url: string): Promise<boolean> {
  if (name === 'kafka') return await asked(`tcp://${url.split(',')[0]}`, API_VERSIONS, (answer) => answer.length > 4);
  // Also "-NOAUTH": who refuses is there.
  if (name === 'redis') return await asked(url, Buffer.from('PING\r\n'), (answer) => /^[+-]/.test(answer.toString()));
  return await isReady(new URL('/minio/health/ready', url));
}

/** Sends a question and looks at the first bytes that come back. */
function asked(url: string, question: Buffer, isAnswer: (answer: Buffer) => boolean): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(question));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('data', (data) => end(isAnswer(data)));
  });
}

function isReady(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: url.hostname, port: url.port, path: url.pathname, agent: false, timeout: ANSWER_MS });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', () => resolve(false));
  });
}

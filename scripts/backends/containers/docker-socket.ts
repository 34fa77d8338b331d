import { get, type RequestOptions } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** An engine on this machine answers within milliseconds. */
const ANSWER_MS = 1000;

/**
 * Where a container engine answers, in the form of DOCKER_HOST. It is asked, because a `docker` command or a socket that is
 * there proves nothing; and by hand, because testcontainers takes more than a second to load.
 */
export async function answeringEngine(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const named = environment['DOCKER_HOST'];
  const candidates = named === undefined ? usualSockets(environment).map((path) => `unix://${path}`) : [named];
  for (const candidate of candidates) {
    if (await pings(candidate)) return candidate;
  }
  return undefined;
}

/** Where testcontainers looks too. */
const usualSockets = (environment: NodeJS.ProcessEnv): readonly string[] => [
  '/var/run/docker.sock',
  ...(environment['XDG_RUNTIME_DIR'] === undefined ? [] : [join(environment['XDG_RUNTIME_DIR'], 'docker.sock')]),
  join(homedir(), '.docker/run/docker.sock'),
];

function pings(host: string): Promise<boolean> {
  const { protocol, hostname, port, pathname } = new URL(host);
  const at: RequestOptions = protocol === 'unix:' ? { socketPath: pathname } : { host: hostname, port };
  return new Promise((resolve) => {
    const request = get({ ...at, path: '/_ping', agent: false, timeout: ANSWER_MS });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', () => resolve(false));
  });
}

// Runs the health checks of containers through podman's socket (its first argument). Podman leaves that to timers of systemd,
// which is not there.
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 500;
const CHECK_LIMIT_MS = 60_000;
const NANOSECONDS_PER_MS = 1e6;
const [socketPath] = process.argv.slice(2);

/** One question to podman. */
function ask(path) {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path: `/v4.0.0/libpod${path}`, agent: false, timeout: CHECK_LIMIT_MS });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('response', async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve(body === '' ? undefined : JSON.parse(body));
    });
  });
}

/** When a container's next check is due; never for one that has no check. */
async function firstCheck(id) {
  const { Config } = await ask(`/containers/${id}/json`);
  const [kind] = Config?.Healthcheck?.Test ?? [];
  if (kind === undefined || kind === 'NONE') return { dueAt: Number.POSITIVE_INFINITY };
  return { dueAt: Date.now(), everyMs: Config.Healthcheck.Interval / NANOSECONDS_PER_MS };
}

const checks = new Map();

async function look() {
  const ids = new Set((await ask('/containers/json')).map(({ Id }) => Id));
  for (const id of checks.keys()) if (!ids.has(id)) checks.delete(id);
  for (const id of ids) {
    const check = checks.get(id) ?? (await firstCheck(id));
    checks.set(id, check);
    if (check.isRunning || Date.now() < check.dueAt) continue;
    check.isRunning = true;
    check.dueAt = Date.now() + check.everyMs;
    // A container that has gone meanwhile is forgotten at the next look.
    const done = () => {
      check.isRunning = false;
    };
    ask(`/containers/${id}/healthcheck`).then(done, done);
  }
}

for (;;) {
  await look().catch((error) => console.error(error.message));
  await pause(LOOK_MS);
}

// Builds the command line and the benchmark, and runs it: `npm run bench`, or `npm run bench -- send invoke` for some;
// `npm run bench -- backends` for Redis, Kafka and MinIO, which are brought up for it where they are not up.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const folder = resolve('node_modules/.cache/headwater/bench');
execFileSync(process.execPath, ['scripts/build.mjs', '--no-types', '--out', `${folder}/app`], { stdio: 'inherit' });
await build({
  entryPoints: ['test/bench/main.ts'],
  outfile: `${folder}/main.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
});
const args = [`${folder}/main.mjs`, `${folder}/app/src/cli.js`, ...process.argv.slice(2)];
const run = async (env) => {
  const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit', env }), 'exit');
  return code ?? 1;
};

const names = process.argv.slice(2);
if (names.length > 0 && !names.some((name) => name.includes('backend'))) {
  process.exitCode = await run(process.env);
} else {
  register('./typescript-hook.mjs', import.meta.url);
  const { withEngines } = await import('./backends/with-engines.ts');
  process.exitCode = await withEngines(undefined, ({ env }) => run(env));
}

// Builds the command line and the benchmark, and runs it: `npm run bench`, or `npm run bench -- send invoke` for some.
import { execFileSync, spawnSync } from 'node:child_process';
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
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

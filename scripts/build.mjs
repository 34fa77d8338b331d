// Builds dist: bundled JavaScript in shared chunks (fewer files to open at start-up) with each operation in a file of its
// own, loaded when it is first called; type declarations; and the files that are read at run time.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const files = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile());
const sources = ['src', 'connectors', 'mappings'].flatMap(files);

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: [
    'src/cli.ts',
    'src/index.ts',
    'src/testing.ts',
    ...sources.filter((file) => /\/api\/[^/]+\.ts$/.test(file)),
  ],
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'src/chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
});
for (const file of sources.filter((name) => !/\.ts$|README/.test(name))) cpSync(file, join('dist', file));
if (!process.argv.includes('--no-types')) {
  execFileSync('node_modules/.bin/tsc', ['--emitDeclarationOnly'], { stdio: 'inherit' });
}

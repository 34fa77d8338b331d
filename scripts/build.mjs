// Builds dist (or the folder of `--out`): bundled JavaScript in shared chunks (fewer files to open at start-up) with each
// operation in a file of its own, loaded when it is first called; type declarations (not with `--no-types`); and the files
// that are read at run time.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'dist' }, 'no-types': { type: 'boolean' } },
});

const files = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile());
const sources = ['src', 'connectors', 'mappings'].flatMap(files);

/** Also `streams-api`: a connector may serve two APIs. */
const OPERATION = /[/-]api\/[^/]+\.ts$/;

/** What a source file imports when it comes to that. */
const lateImportsOf = (file) =>
  Array.from(readFileSync(file, 'utf8').matchAll(/\bimport\('(\.[^']+\.ts)'\)/g), ([, name]) =>
    resolve(dirname(file), name),
  );
const scripts = sources.filter((file) => file.endsWith('.ts'));
/** What commands are made of that do without the engine. */
const COMMAND = /^src\/(cli\.ts|cli\/.*|config\.ts|composition\/examine-.*)$/;
const lateOfCommands = new Set(scripts.filter((file) => COMMAND.test(file)).flatMap(lateImportsOf));
/** When these are loaded, the engine is there. */
const lateOfEngine = new Set(
  scripts
    .filter((file) => !COMMAND.test(file))
    .flatMap(lateImportsOf)
    .filter((file) => !lateOfCommands.has(file)),
);

/** The connector of an operation, where that is loaded late: it is there, too, when the operation is called. */
const lateConnectorOf = (path) => {
  const connector = resolve(dirname(path), '../connector.ts');
  return OPERATION.test(path) && lateOfEngine.has(connector) ? [connector] : [];
};

/**
 * Lets each operation, and what else the engine loads late, import the engine, which is there by then. esbuild makes a
 * chunk of each set of modules that the same files reach; so all of the engine is one chunk, not one for each mix of
 * them: a dozen files to open at start-up instead of 45.
 */
const engineInOneChunk = {
  name: 'engine-in-one-chunk',
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (!OPERATION.test(path) && !lateOfEngine.has(path)) return undefined;
      const there = [resolve('src/headwater.ts'), ...lateConnectorOf(path)];
      const imports = there.map((file) => `import ${JSON.stringify(file)};\n`);
      return { contents: `${readFileSync(path, 'utf8')}\n${imports.join('')}`, loader: 'ts' };
    });
  },
};

rmSync(values.out, { recursive: true, force: true });
await build({
  entryPoints: ['src/cli.ts', 'src/index.ts', 'src/testing.ts', ...sources.filter((file) => OPERATION.test(file))],
  outdir: values.out,
  outbase: '.',
  chunkNames: 'src/chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  plugins: [engineInOneChunk],
  // What is loaded at the start is read and scanned faster without comments and indentation. Names stay: they are in stack
  // traces, for which there are lines.
  minifyWhitespace: true,
  lineLimit: 120,
  // A single character beyond would double what V8 has to hold and decode of a file.
  charset: 'ascii',
  logLevel: 'warning',
});
for (const file of sources.filter((name) => !/\.ts$|README/.test(name))) cpSync(file, join(values.out, file));
// Below node_modules nothing says that these files are modules, and Node would parse each twice to find out.
if (values.out !== 'dist') writeFileSync(join(values.out, 'package.json'), '{"type":"module"}\n');
if (!values['no-types']) {
  execFileSync('node_modules/.bin/tsc', ['--emitDeclarationOnly', '--outDir', values.out], { stdio: 'inherit' });
}

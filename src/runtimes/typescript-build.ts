import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HeadwaterError } from '../core/errors.ts';
import { isPacked } from './source-scan.ts';

/** A TypeScript handler as one JavaScript file. */
export interface TypeScriptBuild {
  readonly file: string;
  /** Packages of the AWS SDK that it imports and that the user's folder does not hold. */
  readonly sdkPackages: readonly string[];
}

/** Makes JavaScript of handlers that are TypeScript, so that they run from the user's folder as they are. */
export interface TypeScriptBuilder {
  /** `undefined` when the handler is not TypeScript. Built again only when a source changed. */
  build(codeDir: string, handler: string): Promise<TypeScriptBuild | undefined>;
}

interface Built extends TypeScriptBuild {
  /** Sources with their time and size at the build. */
  readonly inputs: readonly (readonly [path: string, stamp: string])[];
}

const EXTENSIONS = ['.ts', '.mts', '.cts'];
const SDK = /^(@aws-sdk|@smithy)\/[^/]+/;

/** What CommonJS code expects to find. Paths are those of the source, so that files beside it are found. */
function bannerOf(source: string, modules: boolean): string {
  const names = `__filename = ${JSON.stringify(source)}, __dirname = ${JSON.stringify(dirname(source))};`;
  if (!modules) return names;
  return `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url), ${names}`;
}

/** @param outDir where the built files go, named by their content */
export function createTypeScriptBuilder(outDir: string): TypeScriptBuilder {
  const known = new Map<string, Built>();
  return {
    async build(codeDir, handler) {
      const source = sourceOf(codeDir, handler);
      if (source === undefined) return undefined;
      const last = known.get(source);
      if (last?.inputs.every(([path, stamp]) => stampOf(path) === stamp) && existsSync(last.file)) return last;
      const built = await bundle(codeDir, source, outDir);
      known.set(source, built);
      return built;
    },
  };
}

/** JavaScript beside it wins, as it does on AWS. */
function sourceOf(codeDir: string, handler: string): string | undefined {
  const base = basename(handler);
  const name = resolve(codeDir, handler.slice(0, handler.indexOf(base)), base.split('.')[0] ?? '');
  if (['', '.js', '.mjs', '.cjs'].some((extension) => isFile(name + extension))) return undefined;
  return EXTENSIONS.map((extension) => name + extension).find(isFile);
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const stampOf = (path: string) => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : '';
};

async function bundle(codeDir: string, source: string, outDir: string): Promise<Built> {
  const esbuild = await importEsbuild();
  const modules = isModule(source);
  const external = new Set<string>();
  const { outputFiles, metafile } = await esbuild
    .build({
      entryPoints: [source],
      absWorkingDir: codeDir,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      target: 'node20',
      format: modules ? 'esm' : 'cjs',
      sourcemap: 'inline',
      sourcesContent: false,
      outdir: outDir,
      logLevel: 'silent',
      banner: { js: bannerOf(source, modules) },
      ...(modules ? { define: { 'import.meta.url': JSON.stringify(pathToFileURL(source).href) } } : {}),
      plugins: [{ name: 'aws-sdk', setup: (build) => leaveSdkOut(build, external) }],
    })
    .catch((cause: unknown) => {
      throw new HeadwaterError('BUILD_FAILED', cause instanceof Error ? cause.message : String(cause), { cause });
    });
  const [output] = outputFiles;
  if (!output) throw new HeadwaterError('BUILD_EMPTY', `esbuild made nothing of ${source}`, { fault: 'headwater' });
  const hash = createHash('sha256').update(output.contents).digest('hex').slice(0, 16);
  const file = join(outDir, `${basename(source).split('.')[0]}-${hash}${modules ? '.mjs' : '.cjs'}`);
  await mkdir(outDir, { recursive: true });
  await writeFile(file, output.contents);
  const inputs = Object.keys(metafile.inputs).map((path) => resolve(codeDir, path));
  return { file, sdkPackages: [...external], inputs: inputs.map((path) => [path, stampOf(path)]) };
}

/** The SDK is left to the cache unless the user's folder holds it. */
function leaveSdkOut(build: import('esbuild').PluginBuild, external: Set<string>): void {
  build.onResolve({ filter: SDK }, ({ path, resolveDir }) => {
    const name = SDK.exec(path)?.[0] ?? path;
    if (isPacked(resolveDir, name)) return undefined;
    external.add(name);
    return { path, external: true };
  });
}

function isModule(source: string): boolean {
  if (source.endsWith('.mts')) return true;
  if (source.endsWith('.cts')) return false;
  for (let folder = dirname(source); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).type === 'module';
    if (dirname(folder) === folder) return false;
  }
}

async function importEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new HeadwaterError(
      'PACKAGE_MISSING',
      'The package "esbuild", which TypeScript handlers need, could not be loaded; install it or deploy JavaScript',
      { cause },
    );
  }
}

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HeadwaterError } from '../core/errors.ts';
import type { FunctionDeclaration, HeadwaterConfig } from './declaration.ts';

/** Names that are looked for in the working directory, in this order. */
const CONFIG_FILES = ['headwater.config.json', 'headwater.config.ts'];

/** The config file of a folder; `undefined` when it has none. */
export function findConfig(folder: string): string | undefined {
  return CONFIG_FILES.map((name) => join(folder, name)).find((file) => existsSync(file));
}

/** The value in a config file, not checked yet. */
export async function readConfigFile(file: string): Promise<unknown> {
  if (!existsSync(file)) throw invalid(`The config file ${file} does not exist; correct its name`);
  switch (extname(file)) {
    case '.json':
      return parseJson(file);
    case '.ts':
      return await evaluate(file);
    default:
      throw invalid(`The config file ${file} has to end in .json or .ts`);
  }
}

const invalid = (message: string, cause?: unknown) => new HeadwaterError('INVALID_CONFIG', message, { cause });

function parseJson(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw invalid(`${file} is not JSON: ${message}${lineOf(text, message)}`, cause);
  }
}

/** Node 20 counts characters from the beginning of the file; later ones name the line, too. */
function lineOf(text: string, message: string): string {
  const [, position] = /position (\d+)$/.exec(message) ?? [];
  if (position === undefined) return '';
  const lines = text.slice(0, Number(position)).split('\n');
  return ` (line ${lines.length} column ${(lines.at(-1)?.length ?? 0) + 1})`;
}

/** Node keeps what it has imported by its address; the next config of this process has another. */
let evaluated = 0;

/** Bundles the file with what it imports from its own folders, and takes its default export. */
async function evaluate(file: string): Promise<unknown> {
  const { build } = await import('esbuild');
  // It stands beside its source, so that it finds the same packages.
  const bundle = join(dirname(file), `.headwater.config.${process.pid}.mjs`);
  try {
    const options = { bundle: true, packages: 'external', platform: 'node', format: 'esm', write: false } as const;
    const { outputFiles } = await build({ ...options, entryPoints: [file], logLevel: 'silent' });
    writeFileSync(bundle, outputFiles[0]?.text ?? '');
    const module: { readonly default?: unknown } = await import(`${pathToFileURL(bundle).href}?${++evaluated}`);
    if (module.default === undefined) throw new Error('it has no default export');
    return module.default;
  } catch (cause) {
    throw invalid(`${file} could not be read: ${(cause as Error).message}`, cause);
  } finally {
    rmSync(bundle, { force: true });
  }
}

/** Where a function's code lies: in a folder, or as an archive that travels with the declaration. */
export type LocatedCode = { readonly folder: string } | { readonly zip: string };

/** A declaration that does not depend on any file but the folders that functions run from. */
export type LocatedConfig = Omit<HeadwaterConfig, 'functions'> & {
  readonly functions: Readonly<Record<string, Omit<FunctionDeclaration, 'code'> & { readonly code: LocatedCode }>>;
};

/** Resolves each function's `code` against `folder`, and reads archives. */
export function locateCode(config: HeadwaterConfig, folder: string): LocatedConfig {
  const located = Object.entries(config.functions ?? {}).map(([name, declared]) => {
    const path = resolve(folder, declared.code);
    return [name, { ...declared, code: locate(path, name) }] as const;
  });
  return { ...config, functions: Object.fromEntries(located) };
}

function locate(path: string, name: string): LocatedCode {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return { folder: path };
  if (found?.isFile() && path.endsWith('.zip')) return { zip: readFileSync(path).toString('base64') };
  throw invalid(`functions.${name}.code: ${path} is neither a folder nor a .zip file`);
}

import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OperationFiles } from './core/operation.ts';

/**
 * The folder that holds `src`, `connectors` and `mappings`: the checkout when run from source, `dist` when built. Found by
 * walking up, because a bundled chunk does not know where its source lay.
 */
const codeRoot = findCodeRoot(dirname(fileURLToPath(import.meta.url)));

function findCodeRoot(start: string): string {
  let folder = start;
  while (!(existsSync(join(folder, 'src')) && existsSync(join(folder, 'connectors')))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error(`No folder above ${start} holds Headwater's files; install the package again`);
    folder = parent;
  }
  return folder;
}

/** Absolute path of a file or folder of ours, named as in the source tree, e.g. `src/gateway/models`. */
export function packageFile(path: string): string {
  return join(codeRoot, path);
}

/** The model of an AWS service: the JSON of `src/gateway/models/<service>.json`. */
export async function readModel(service: string): Promise<unknown> {
  return JSON.parse(await readFile(packageFile(`src/gateway/models/${service}.json`), 'utf8'));
}

/** The operations in an `api/` folder; the folder is read and each file loaded when first asked for. */
export function operationFiles(folder: string): OperationFiles {
  const directory = packageFile(folder);
  let files: Map<string, string> | undefined;
  const read = () => {
    files ??= new Map(
      readdirSync(directory)
        .filter((file) => /\.(ts|js)$/.test(file) && !file.endsWith('.d.ts'))
        .map((file) => [file.slice(0, -extname(file).length), file]),
    );
    return files;
  };
  return {
    get names() {
      return new Set(read().keys());
    },
    load: (name) => import(/* @vite-ignore */ pathToFileURL(join(directory, read().get(name) ?? name)).href),
  };
}

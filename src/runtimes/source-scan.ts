import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How much code is looked through before we stop guessing; what is missed shows when an import fails. */
const MAX_FILES = 500;
const MAX_BYTES = 32 * 2 ** 20;

/**
 * Which packages the function's own code (not what it packed) imports.
 * @param pattern matches one import, the package's name in its first group
 */
export async function scanImports(options: {
  readonly folder: string;
  readonly extension: RegExp;
  readonly pattern: RegExp;
}): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const left = { files: MAX_FILES, bytes: MAX_BYTES };
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (left.files <= 0 || left.bytes <= 0) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) await visit(path);
      } else if (options.extension.test(entry.name)) {
        const text = await readFile(path, 'utf8').catch(() => '');
        left.files -= 1;
        left.bytes -= text.length;
        for (const match of text.matchAll(options.pattern)) if (match[1]) found.add(match[1]);
      }
    }
  };
  await visit(options.folder);
  return found;
}

/** Whether Node finds the package from a file in `folder`. */
export function isPacked(folder: string, name: string): boolean {
  if (existsSync(join(folder, 'node_modules', name))) return true;
  const parent = dirname(folder);
  return parent !== folder && isPacked(parent, name);
}

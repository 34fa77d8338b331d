import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** One file of ours, as the rules in `tidy.test.ts` see it. */
export interface SourceFile {
  /** Relative to the checkout, with slashes. */
  readonly path: string;
  readonly text: string;
}

const NOT_OURS = new Set(['node_modules', 'dist', '.git', 'models', '.headwater', 'coverage']);

/** Files below the given folders and single files, models and packages left out. */
export function sourceFiles(paths: readonly string[], wanted: (path: string) => boolean): readonly SourceFile[] {
  return paths
    .flatMap((path) => below(join(projectRoot, path)))
    .filter(wanted)
    .sort()
    .map((file) => ({ path: relative(projectRoot, file), text: readFileSync(file, 'utf8') }));
}

function below(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (NOT_OURS.has(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? below(path) : [path];
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTDIR') return [folder];
    if (code === 'ENOENT') return [];
    throw error;
  }
}

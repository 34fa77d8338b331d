import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. Found by walking up: the benchmark runs from a bundle elsewhere in it. */
export const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}

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

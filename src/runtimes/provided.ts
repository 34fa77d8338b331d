import { join } from 'node:path';
import type { LanguageRuntime } from './runtime.ts';

/** Custom runtimes: the function brings an executable named `bootstrap` that speaks the Runtime API itself. */
export function providedRuntime(): LanguageRuntime {
  return {
    name: 'provided',
    identifiers: ['provided.al2', 'provided.al2023'],
    runs: (identifier) => /^provided(\.al\d+)?$/.test(identifier),
    label: (identifier) => identifier.replace('.', ':'),
    support: () => Promise.resolve({ path: 'bootstrap', exact: true }),
    prepare: (spec) =>
      Promise.resolve({ command: join(spec.codeDir, 'bootstrap'), args: [], variables: {}, folders: [] }),
  };
}

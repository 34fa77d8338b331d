import { nodeRuntime } from './nodejs.ts';
import { providedRuntime } from './provided.ts';
import { pythonRuntime } from './python.ts';
import type { LanguageRuntime } from './runtime.ts';
import type { SdkCache } from './sdk-cache.ts';

/** What the languages may use. */
export interface RuntimeTools {
  /** Folder of the bootstraps. */
  readonly assets: string;
  readonly workDir: string;
  /** Interpreters that the user named, by identifier. */
  readonly paths: ReadonlyMap<string, string>;
  readonly sdk: SdkCache;
}

/** All languages. A new one is a file of its own and a line here. */
export const runtimeTable = (tools: RuntimeTools): readonly LanguageRuntime[] => [
  nodeRuntime(tools),
  pythonRuntime(tools),
  providedRuntime(),
];

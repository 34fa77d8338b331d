import type { RuntimeSupport } from '../core/dispatch.ts';
import type { FunctionSpec } from '../core/function.ts';
import type { SdkCache } from './sdk-cache.ts';

/** How one language runs here. Adding a language is adding its file to {@link ./runtime-table.ts}. */
export interface LanguageRuntime {
  /** As in identifiers, e.g. `nodejs`. */
  readonly name: string;
  /** Identifiers that `doctor` reports on. */
  readonly identifiers: readonly string[];
  runs(identifier: string): boolean;
  /** What would run the identifier; `undefined` when no interpreter is there. */
  support(identifier: string): Promise<RuntimeSupport | undefined>;
  /** Makes all ready that the code needs (packages, compiled sources) and says how to start it. */
  prepare(spec: FunctionSpec, support: RuntimeSupport): Promise<Launch>;
  /**
   * Called when initialisation failed with `errorMessage`: whether something was added that lets the next attempt do
   * better, e.g. a package of the AWS SDK that the code turned out to need.
   */
  remedy?(spec: FunctionSpec, support: RuntimeSupport, errorMessage: string): Promise<boolean>;
  /** As INIT_START shows it, e.g. `python:3.13`. */
  label(identifier: string): string;
}

/** What to start. The command is a path; nothing goes through a shell. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables of the language, beside those of every function. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where the interpreter's own programs are, first on the function's PATH; none for `provided`. */
  readonly binFolder?: string;
  /** Folders that it reads beside the function's code. */
  readonly folders: readonly string[];
}

/** What the languages may use. */
export interface RuntimeTools {
  /** Folder of the bootstraps. */
  readonly assets: string;
  readonly workDir: string;
  /** Interpreters that the user named, by identifier. */
  readonly paths: ReadonlyMap<string, string>;
  readonly sdk: SdkCache;
}

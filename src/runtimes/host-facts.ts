import type { RuntimeSupport } from '../core/dispatch.ts';
import type { FileIsolation } from './file-isolation.ts';
import type { MemoryLimit } from './memory-limit.ts';
import type { LanguageRuntime } from './runtime.ts';
import type { SdkCache } from './sdk-cache.ts';

/** One runtime identifier and what would run it. */
export interface RuntimeFact {
  readonly identifier: string;
  /** `undefined`: functions with this runtime cannot run here. */
  readonly support: RuntimeSupport | undefined;
}

/** What this machine offers to functions. */
export interface HostFacts {
  readonly runtimes: readonly RuntimeFact[];
  /** How memory is bounded. */
  readonly memoryLimit: string;
  /** What a function gets for `/tmp`. */
  readonly temporaryFiles: string;
  /** Where a deployed function sees its code. */
  readonly taskRoot: string;
  readonly sdkCache: Awaited<ReturnType<SdkCache['describe']>>;
}

/** Gathers the facts. */
export async function hostFacts(parts: {
  readonly languages: readonly LanguageRuntime[];
  readonly support: (identifier: string) => Promise<RuntimeSupport | undefined>;
  readonly memoryLimit: MemoryLimit;
  readonly isolation: FileIsolation | undefined;
  readonly sdk: SdkCache;
}): Promise<HostFacts> {
  const identifiers = parts.languages.flatMap((language) => language.identifiers);
  return {
    runtimes: await Promise.all(
      identifiers.map(async (identifier) => ({ identifier, support: await parts.support(identifier) })),
    ),
    memoryLimit: parts.memoryLimit.method,
    temporaryFiles:
      parts.isolation?.method ?? 'a folder per environment, in TMPDIR; /tmp itself is shared with the host',
    taskRoot:
      parts.isolation?.taskRoot ?? 'the folder that holds the code (create /var/task to have it there, as on AWS)',
    sdkCache: await parts.sdk.describe(),
  };
}

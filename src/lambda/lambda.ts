import type { Activity } from '../core/activity.ts';
import type { Clock } from '../core/clock.ts';
import type { Dispatcher, Invoker } from '../core/dispatch.ts';
import type { FunctionDirectory } from '../core/function.ts';
import type { Journal } from '../core/journal.ts';
import type { EventSourceMappings } from '../core/mappings.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../core/operation.ts';
import type { BlobStore } from '../core/ports/blob-store.ts';
import type { Leases } from '../core/ports/leases.ts';
import type { Registry } from '../core/ports/registry.ts';
import type { Random } from '../core/random.ts';
import type { Targets } from '../core/target.ts';
import type { Timing } from '../core/timing.ts';
import { inTurnUnlessAway } from '../core/waiting/in-turn.ts';
import type { ReadObject } from './code/code-source.ts';
import { createCodeStore } from './code/code-store.ts';
import { createFunctionDirectory } from './function/function-directory.ts';
import { allVersions } from './function/function-record.ts';
import { createFunctionStore } from './function/function-store.ts';
import { createSupersededBuilds } from './function/superseded-builds.ts';
import type { LambdaService } from './lambda-service.ts';
import { createRuntimeSupport } from './runtime-support.ts';

/** What Lambda is made of. */
export interface LambdaOptions {
  readonly registry: Registry;
  readonly blobs: BlobStore;
  /** What must be looked at and changed in one go is done by one process at a time. */
  readonly leases: Leases;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly operations: OperationFiles;
  readonly invoker: Pick<Invoker, 'support' | 'retire'>;
  readonly dispatcher: () => Dispatcher;
  readonly mappings: () => EventSourceMappings;
  readonly targets: Targets;
  /** Reads an archive that was uploaded to a local bucket. */
  readonly readObject: () => ReadObject;
  /**
   * Code may be run straight from folders below this one; from none when it is absent. Processes that share the functions
   * each need the folder, at the same path.
   */
  readonly codeRoot?: string | undefined;
  /** Where archives are unpacked. */
  readonly workDir: string;
  readonly strictRuntimes: boolean;
  /** Concurrent executions that each account may have. @default AWS gives 1,000 */
  readonly accountConcurrency: number;
  readonly warn: (line: string) => void;
  /**
   * Where an archive can be fetched. Whoever serves that address reads it from `blobs`.
   * @default `<origin>/_headwater/code/<sha256>`
   */
  readonly codeUrl?: ((origin: string, sha256: string) => string) | undefined;
}

/** Lambda's own API, and what others may ask of its functions. */
export interface Lambda {
  readonly api: ServiceApi;
  readonly directory: FunctionDirectory;
  /** Forgets all functions and their code. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Builds Lambda on its ports. */
export function createLambda(options: LambdaOptions): Lambda {
  const { registry, clock, random, invoker, journal } = options;
  const warn = (line: string) => {
    journal.append({ kind: 'decision', what: line });
    options.warn(line);
  };
  const functions = createFunctionStore(registry);
  const inUse = async () =>
    (await functions.everywhere()).flatMap((record) => {
      const { replaces } = record.latest;
      return [...allVersions(record), ...(replaces ? [replaces] : [])].map(({ code }) => code);
    });
  const { blobs, workDir, codeRoot, readObject } = options;
  const turns = inTurnUnlessAway(options.leases);
  const code = createCodeStore({ blobs, turns, workDir, codeRoot, readObject, random, inUse });
  const runtimes = createRuntimeSupport({ invoker, strict: options.strictRuntimes, warn });
  const superseded = createSupersededBuilds({
    ...{ registry, activity: options.activity },
    retire: (arn) => invoker.retire(arn),
  });
  const directory = createFunctionDirectory({ functions, code, runtimes, superseded, clock, random });
  const service: LambdaService = {
    ...{ functions, code, runtimes, directory, turns, clock, random, warn },
    ...{ targets: options.targets, timing: options.timing },
    ...{ accountConcurrency: options.accountConcurrency, dispatcher: options.dispatcher, mappings: options.mappings },
    codeUrl: options.codeUrl ?? ((origin, sha256) => `${origin}/_headwater/code/${sha256}`),
  };
  return {
    api: serviceApi({ name: 'lambda', service, operations: options.operations }),
    directory,
    async reset() {
      const used = await inUse();
      await functions.clear();
      await code.forget(used);
      await code.clear();
    },
    async close() {
      superseded[Symbol.dispose]();
      functions[Symbol.dispose]();
      code[Symbol.dispose]();
    },
  };
}

import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Clock } from '../core/clock.ts';
import type { Dispatcher } from '../core/dispatch.ts';
import type { FunctionDirectory } from '../core/function.ts';
import type { EventSourceMappings } from '../core/mappings.ts';
import type { Random } from '../core/random.ts';
import type { Targets } from '../core/target.ts';
import type { Timing } from '../core/timing.ts';
import type { InTurn } from '../core/waiting/in-turn.ts';
import type { CodeStore } from './code/code-store.ts';
import {
  type ConfigurationView,
  functionConfiguration,
  listedConfiguration,
} from './function/function-configuration.ts';
import { type FunctionReference, functionArn } from './function/function-name.ts';
import { type FunctionRecord, isSettling, LATEST, type VersionRecord, versionOf } from './function/function-record.ts';
import type { FunctionStore } from './function/function-store.ts';
import { functionNotFound } from './lambda-error.ts';
import type { RuntimeSupport } from './runtime-support.ts';

/** What Lambda's operations work with. */
export interface LambdaService {
  readonly functions: FunctionStore;
  readonly code: CodeStore;
  readonly runtimes: RuntimeSupport;
  readonly directory: FunctionDirectory;
  readonly targets: Targets;
  readonly turns: InTurn;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly accountConcurrency: number;
  dispatcher(): Dispatcher;
  mappings(): EventSourceMappings;
  warn(line: string): void;
  /** Where the archive can be fetched: what GetFunction answers. */
  codeUrl(origin: string, sha256: string): string;
}

/** The function that is meant, or AWS's 404. */
export async function requireFunction(service: LambdaService, reference: FunctionReference): Promise<FunctionRecord> {
  const record = await service.functions.find(reference);
  if (!record) throw functionNotFound(functionArn(reference, reference.qualifier));
  return record;
}

/** The version that the reference names, by number or alias; `$LATEST` when it names none. */
export function requireVersion(record: FunctionRecord, { qualifier = LATEST }: FunctionReference): VersionRecord {
  const version = versionOf(record, record.aliases[qualifier]?.version ?? qualifier);
  if (!version) throw functionNotFound(functionArn(record, qualifier));
  return version;
}

/** How a version is answered: `full` with its state, `listed` as in lists. */
export async function describeVersion(
  service: LambdaService,
  record: FunctionRecord,
  version: VersionRecord,
  shown: { readonly qualifier: string | undefined; readonly as: 'full' | 'listed'; readonly settling?: boolean },
): Promise<FunctionConfiguration> {
  const { sha256, bytes } = await service.code.describe(version.code);
  const view: ConfigurationView = {
    arn: functionArn(record, shown.qualifier),
    // The call that sets off a change answers as of before it has settled, however short that takes.
    settling: shown.settling ?? isSettling(version, service.clock.nowMs()),
    codeSha256: sha256,
    codeSize: bytes,
    problem: await service.runtimes.problemWith(version.settings.runtime),
  };
  return shown.as === 'full'
    ? functionConfiguration(record, version, view)
    : listedConfiguration(record, version, view);
}

import { type Clock, SECOND } from '../../core/clock.ts';
import type { EventInvokeConfig, FunctionDirectory, FunctionSpec, ResolvedFunction } from '../../core/function.ts';
import type { Random } from '../../core/random.ts';
import type { CodeStore } from '../code/code-store.ts';
import { allowsInvoke } from '../policy/resource-policy.ts';
import type { RuntimeSupport } from '../runtime-support.ts';
import { logGroupOf } from './function-configuration.ts';
import { type FunctionReference, functionArn, parseFunctionArn } from './function-name.ts';
import {
  type FunctionRecord,
  type InvokeConfigRecord,
  isSettling,
  LATEST,
  type VersionRecord,
  versionInForce,
  versionOf,
} from './function-record.ts';
import type { FunctionStore } from './function-store.ts';
import type { SupersededBuilds } from './superseded-builds.ts';

/** What asynchronous invocation does where nothing else was set. */
const DEFAULT_RETRY_ATTEMPTS = 2;
const DEFAULT_EVENT_AGE_SECONDS = 21_600;

/** Bound of the ARNs that are kept taken apart. */
const MAX_KNOWN_ARNS = 10_000;

type Found = Extract<ResolvedFunction, { kind: 'found' }>;

/** What a directory is made of. */
export interface FunctionDirectoryOptions {
  readonly functions: FunctionStore;
  readonly code: CodeStore;
  readonly runtimes: RuntimeSupport;
  readonly superseded: SupersededBuilds;
  readonly clock: Clock;
  readonly random: Random;
}

/** What others ask of functions: answered from memory, as it stands on the way to every invocation. */
export function createFunctionDirectory(options: FunctionDirectoryOptions): FunctionDirectory {
  const { functions, code, clock, random } = options;
  const referenceOf = createArnReader();
  const prepared = createPreparation(options);

  return {
    async resolve(arn) {
      const reference = referenceOf(arn);
      const record = reference && (await functions.find(reference));
      const chosen = record && versionFor(record, reference.qualifier ?? LATEST, random);
      if (!chosen) {
        return { kind: 'missing', arn: reference ? functionArn(reference, reference.qualifier ?? LATEST) : arn };
      }
      const nowMs = clock.nowMs();
      const version = versionInForce(chosen, nowMs);
      const found = await prepared(record, version);
      if (version.settling === 'create' && isSettling(version, nowMs)) return { ...found, state: 'Pending' };
      if (!found.spec.live) return found;
      const fingerprint = await code.fingerprintOf(version.code);
      return { ...found, spec: { ...found.spec, revision: `${version.build}.${fingerprint}` } };
    },

    async eventInvokeConfig(arn) {
      const reference = referenceOf(arn);
      const record = reference && (await functions.find(reference));
      return invokeConfigFor(record?.invokeConfigs[reference?.qualifier ?? LATEST]);
    },

    reservedTotal: (scope) => functions.reservedTotal(scope),

    async allowsInvoke(arn, request) {
      const reference = referenceOf(arn);
      const record = reference && (await functions.find(reference));
      return allowsInvoke(record?.policies[reference?.qualifier ?? LATEST] ?? [], request);
    },
  };
}

/** Takes ARNs apart, each once. */
function createArnReader(): (arn: string) => FunctionReference | undefined {
  const references = new Map<string, FunctionReference>();
  return (arn) => {
    const known = references.get(arn);
    if (known) return known;
    if (references.size >= MAX_KNOWN_ARNS) references.clear();
    const reference = parseFunctionArn(arn);
    if (reference) references.set(arn, reference);
    return reference;
  };
}

/** Makes of a version what is needed to run it, once: a record is replaced whenever anything of it changes. */
function createPreparation({ code, runtimes, superseded }: FunctionDirectoryOptions) {
  const known = new WeakMap<FunctionRecord, Map<string, Promise<Found>>>();

  const prepare = async (record: FunctionRecord, version: VersionRecord): Promise<Found> => {
    superseded.inUse(record, version.build);
    const issue = await runtimes.problemWith(version.settings.runtime);
    const { deadLetterArn } = version.settings;
    return {
      kind: 'found',
      spec: specOf(record, version, await code.folderOf(version.code)),
      ...(issue ? { state: 'Failed', stateReason: issue.reason } : { state: 'Active' }),
      ...(deadLetterArn ? { deadLetterArn } : {}),
      ...(record.reservedConcurrency === undefined ? {} : { reservedConcurrency: record.reservedConcurrency }),
    };
  };

  return (record: FunctionRecord, version: VersionRecord): Promise<Found> => {
    const versions = known.get(record) ?? new Map<string, Promise<Found>>();
    const present = versions.get(version.build);
    if (present) return present;
    const found = prepare(record, version);
    versions.set(version.build, found);
    known.set(record, versions);
    found.catch(() => versions.delete(version.build));
    return found;
  };
}

function invokeConfigFor(config: InvokeConfigRecord | undefined): EventInvokeConfig {
  return {
    maximumRetryAttempts: config?.maximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS,
    maximumEventAgeMs: (config?.maximumEventAgeSeconds ?? DEFAULT_EVENT_AGE_SECONDS) * SECOND,
    ...(config?.onSuccess ? { onSuccess: config.onSuccess } : {}),
    ...(config?.onFailure ? { onFailure: config.onFailure } : {}),
  };
}

/** The version that a qualifier means; a weighted alias draws one of its two for each request. */
function versionFor(record: FunctionRecord, qualifier: string, random: Random): VersionRecord | undefined {
  const alias = record.aliases[qualifier];
  if (!alias) return versionOf(record, qualifier);
  const { second } = alias;
  return versionOf(record, second && random.fraction() < second.weight ? second.version : alias.version);
}

function specOf(record: FunctionRecord, version: VersionRecord, codeDir: string): FunctionSpec {
  const { settings } = version;
  return {
    arn: functionArn(record),
    name: record.name,
    account: record.account,
    region: record.region,
    version: version.version,
    revision: version.build,
    runtime: settings.runtime,
    handler: settings.handler,
    codeDir,
    live: version.code.kind === 'folder',
    memoryMb: settings.memoryMb,
    timeoutMs: settings.timeoutSeconds * SECOND,
    ephemeralStorageMb: settings.ephemeralStorageMb,
    environment: settings.environment ?? {},
    role: settings.role,
    logGroup: logGroupOf(record, settings.logGroup),
    logFormat: settings.logFormat,
    logLevels: { application: settings.applicationLogLevel ?? 'INFO', system: settings.systemLogLevel ?? 'INFO' },
  };
}

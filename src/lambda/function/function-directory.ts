import type { Clock } from '../../core/clock.ts';
import type { EventInvokeConfig, FunctionDirectory, FunctionSpec, ResolvedFunction } from '../../core/function.ts';
import type { Random } from '../../core/random.ts';
import type { CodeStore } from '../code/code-store.ts';
import { allowsInvoke } from '../policy/resource-policy.ts';
import type { RuntimeSupport } from '../runtime-support.ts';
import { logGroupOf } from './function-configuration.ts';
import { type FunctionReference, functionArn, parseFunctionArn } from './function-name.ts';
import { type FunctionRecord, LATEST, type VersionRecord, versionInForce, versionOf } from './function-record.ts';
import type { FunctionStore } from './function-store.ts';

/** What asynchronous invocation does where nothing else was set. */
const DEFAULT_RETRY_ATTEMPTS = 2;
const DEFAULT_EVENT_AGE_SECONDS = 21_600;

/** Bound of the ARNs that are kept taken apart. */
const MAX_KNOWN_ARNS = 10_000;

type Found = Extract<ResolvedFunction, { kind: 'found' }>;

/** What others ask of functions: answered from memory, as it stands on the way to every invocation. */
export function createFunctionDirectory(options: {
  readonly functions: FunctionStore;
  readonly code: CodeStore;
  readonly runtimes: RuntimeSupport;
  readonly clock: Clock;
  readonly random: Random;
}): FunctionDirectory {
  const { functions, code, runtimes, clock, random } = options;
  const references = new Map<string, FunctionReference | undefined>();
  /** A record is replaced whenever anything changes, so what was made of it holds as long as it does. */
  const resolved = new WeakMap<FunctionRecord, Map<string, Promise<Found>>>();

  const referenceOf = (arn: string) => {
    if (references.size > MAX_KNOWN_ARNS) references.clear();
    const known = references.get(arn) ?? parseFunctionArn(arn);
    references.set(arn, known);
    return known;
  };

  const prepare = async (record: FunctionRecord, version: VersionRecord): Promise<Found> => {
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

  const prepared = (record: FunctionRecord, version: VersionRecord): Promise<Found> => {
    const versions = resolved.get(record) ?? new Map<string, Promise<Found>>();
    resolved.set(record, versions);
    const known = versions.get(version.build) ?? prepare(record, version);
    versions.set(version.build, known);
    known.catch(() => versions.delete(version.build));
    return known;
  };

  return {
    async resolve(arn) {
      const reference = referenceOf(arn);
      const record = reference && (await functions.find(reference));
      const chosen = record && versionFor(record, reference.qualifier ?? LATEST, random);
      if (!chosen)
        return { kind: 'missing', arn: reference ? functionArn(reference, reference.qualifier ?? LATEST) : arn };
      const nowMs = clock.nowMs();
      const version = versionInForce(chosen, nowMs);
      const found = await prepared(record, version);
      if (nowMs < version.settlesAtMs && version.settling === 'create') return { ...found, state: 'Pending' };
      if (!found.spec.live) return found;
      const build = await code.buildOf(version.code);
      return { ...found, spec: { ...found.spec, revision: `${version.build}.${build}` } };
    },

    async eventInvokeConfig(arn): Promise<EventInvokeConfig> {
      const reference = referenceOf(arn);
      const record = reference && (await functions.find(reference));
      const config = record?.invokeConfigs[reference?.qualifier ?? LATEST];
      return {
        maximumRetryAttempts: config?.maximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS,
        maximumEventAgeMs: (config?.maximumEventAgeSeconds ?? DEFAULT_EVENT_AGE_SECONDS) * 1000,
        ...(config?.onSuccess ? { onSuccess: config.onSuccess } : {}),
        ...(config?.onFailure ? { onFailure: config.onFailure } : {}),
      };
    },

    reservedTotal: (scope) => functions.reservedTotal(scope),

    async allowsInvoke(arn, request) {
      const reference = referenceOf(arn);
      const record = reference && (await functions.find(reference));
      return allowsInvoke(record?.policies[reference?.qualifier ?? LATEST] ?? [], request);
    },
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
    timeoutMs: settings.timeoutSeconds * 1000,
    ephemeralStorageMb: settings.ephemeralStorageMb,
    environment: settings.environment ?? {},
    role: settings.role,
    logGroup: logGroupOf(record, settings.logGroup),
    logFormat: settings.logFormat,
  };
}

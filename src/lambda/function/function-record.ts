import type { Arn, Scope } from '../../core/arn.ts';
import type { ApplicationLogLevel, SystemLogLevel } from '../../core/function.ts';

/** What `$LATEST` is called. */
export const LATEST = '$LATEST';

/** Everything that is stored of one function, as one entry of the registry: one change is one commit. */
export interface FunctionRecord extends Scope {
  readonly name: string;
  readonly latest: VersionRecord;
  /** Published versions by number. */
  readonly versions: Readonly<Record<string, VersionRecord>>;
  /** Highest number given so far; numbers are never given twice. */
  readonly lastVersion: number;
  /** What the last publication was made from: publishing the same again gives the same version. */
  readonly published?: { readonly version: string; readonly build: string };
  readonly aliases: Readonly<Record<string, AliasRecord>>;
  /** Statements of the resource policy, by qualifier. */
  readonly policies: Readonly<Record<string, readonly PolicyStatement[]>>;
  readonly invokeConfigs: Readonly<Record<string, InvokeConfigRecord>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
}

/** `$LATEST` or a published version. */
export interface VersionRecord {
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Until `settlesAtMs` it is being created (`Pending`) or updated (`InProgress`), as AWS takes a moment for it. */
  readonly settling: 'create' | 'update';
  readonly settlesAtMs: number;
  /** Served until the update has settled. */
  readonly replaces?: VersionRecord;
  /** AWS gives a revision to the change and another to its becoming active. */
  readonly settlingRevisionId: string;
  readonly revisionId: string;
  /** Changes with code or settings only: environments of another build are not reused. */
  readonly build: string;
  readonly lastModifiedMs: number;
  readonly code: CodeRecord;
  readonly settings: FunctionSettings;
}

/** Where the code is. */
export type CodeRecord = ArchiveCode | FolderCode;

/** A zip archive in the blob store. */
export interface ArchiveCode {
  readonly kind: 'archive';
  /** In hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A folder of the user's, run as it is. */
export interface FolderCode {
  readonly kind: 'folder';
  readonly path: string;
}

/** What CreateFunction and UpdateFunctionConfiguration set. */
export interface FunctionSettings {
  readonly description: string;
  readonly runtime: string;
  readonly handler: string;
  readonly role: Arn;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly ephemeralStorageMb: number;
  readonly architecture: 'x86_64' | 'arm64';
  /** Absent when it was never given: AWS then leaves the member out. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly logFormat: 'Text' | 'JSON';
  /** Absent: INFO. They mean nothing in text. */
  readonly applicationLogLevel?: ApplicationLogLevel;
  readonly systemLogLevel?: SystemLogLevel;
  /** Absent: `/aws/lambda/<name>`. */
  readonly logGroup?: string;
  readonly deadLetterArn?: Arn;
  /** An empty VpcConfig was given: AWS then shows one. */
  readonly emptyVpc?: true;
}

/** A name for one version, or for two by weight. */
export interface AliasRecord {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly revisionId: string;
  /** The other version and the share of requests that it gets, from 0 to 1. */
  readonly second?: { readonly version: string; readonly weight: number };
}

/** One statement as AWS writes it into the policy document. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: '*' | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Retries and destinations of asynchronous invocation, as far as they were given. */
export interface InvokeConfigRecord {
  readonly lastModifiedMs: number;
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeSeconds?: number;
  readonly onSuccess?: Arn;
  readonly onFailure?: Arn;
}

/** Whether the creation or update is still going on. Where the clock was put back to before it, it is long over. */
export function isSettling(version: VersionRecord, nowMs: number): boolean {
  return nowMs < version.settlesAtMs && nowMs >= version.lastModifiedMs;
}

/** The version, as it is served at `nowMs`: the one before while an update is in progress. */
export function versionInForce(version: VersionRecord, nowMs: number): VersionRecord {
  return version.replaces && isSettling(version, nowMs) ? version.replaces : version;
}

/** The version of exactly that name; aliases are not looked at. */
export function versionOf(record: FunctionRecord, version: string): VersionRecord | undefined {
  return version === LATEST ? record.latest : record.versions[version];
}

/** All versions, `$LATEST` first, then by number. */
export function allVersions(record: FunctionRecord): readonly VersionRecord[] {
  const published = Object.values(record.versions).sort((a, b) => Number(a.version) - Number(b.version));
  return [record.latest, ...published];
}

/** The function without the version or alias of that name, and without what hangs on it. */
export function withoutQualifier(record: FunctionRecord, qualifier: string): FunctionRecord {
  return {
    ...record,
    versions: without(record.versions, qualifier),
    aliases: without(record.aliases, qualifier),
    policies: without(record.policies, qualifier),
    invokeConfigs: without(record.invokeConfigs, qualifier),
  };
}

function without<Value>(values: Readonly<Record<string, Value>>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
}

import type { Arn, Scope } from '../../../src/core/arn.ts';
import { formatArn, parseArn } from '../../../src/core/arn.ts';
import type { StreamViewType } from '../../../src/core/records/dynamodb-change.ts';
import type { KeyType } from '../values/attribute-type.ts';

/** A table's definition: all that is known of it but its items. */
export interface Table extends Scope {
  readonly name: string;
  readonly arn: Arn;
  /** `TableId`, a UUID: another one for a table that is created anew under the name. */
  readonly id: string;
  readonly createdAtMs: number;
  /** Grows with each change of the definition, and from a table to the next of its name. */
  readonly edition?: number | undefined;
  /** On the way to being `ACTIVE`, or gone, until that instant of the clock. */
  readonly transition?: Transition | undefined;
  readonly attributes: readonly AttributeDefinition[];
  readonly key: KeySchema;
  readonly globalIndexes: readonly SecondaryIndex[];
  readonly localIndexes: readonly SecondaryIndex[];
  readonly billing: Billing;
  readonly deletionProtection: boolean;
  readonly tableClass?: TableClass | undefined;
  /** Whether items are encrypted with a key of AWS's KMS: harmless metadata here. */
  readonly encryption?: { readonly keyArn: string } | undefined;
  /** The newest stream, which may be disabled by now. */
  readonly stream?: TableStream | undefined;
  readonly timeToLive?: TimeToLive | undefined;
  /** Kinesis streams that get the table's changes, or did. */
  readonly destinations?: readonly KinesisDestination[] | undefined;
  /** Point in time recovery as it was asked for: harmless metadata here. */
  readonly recovery?: PointInTimeRecovery | undefined;
  readonly policy?: ResourcePolicy | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** What a table or an index is going through. */
export interface Transition {
  readonly status: 'CREATING' | 'UPDATING' | 'DELETING';
  readonly untilMs: number;
}

/** An attribute that is part of some key. */
export interface AttributeDefinition {
  readonly name: string;
  readonly type: KeyType;
}

/** The partition key, and the sort key where there is one. */
export interface KeySchema {
  readonly hash: AttributeDefinition;
  readonly range?: AttributeDefinition | undefined;
}

/** A global or local secondary index. */
export interface SecondaryIndex {
  readonly name: string;
  readonly key: KeySchema;
  readonly projection: Projection;
  readonly transition?: Transition | undefined;
  /** Whether it still lacks items that were there before it. */
  readonly backfilling?: boolean | undefined;
  /** Only of global indexes. */
  readonly throughput?: Throughput | undefined;
}

/** Which attributes an index holds beside the keys. */
export type Projection =
  | { readonly type: 'ALL' | 'KEYS_ONLY' }
  | { readonly type: 'INCLUDE'; readonly attributes: readonly string[] };

/** Capacity that was asked for. None is enforced: a local table is never throttled. */
export interface Throughput {
  readonly provisioned: { readonly read: number; readonly write: number };
  readonly onDemand?: { readonly maxRead?: number | undefined; readonly maxWrite?: number | undefined } | undefined;
  readonly warm?: { readonly read: number; readonly write: number } | undefined;
}

/** How a table is paid for. */
export interface Billing extends Throughput {
  readonly mode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  /** When it became `PAY_PER_REQUEST` last; it is shown from then on. */
  readonly onDemandSinceMs?: number | undefined;
  readonly increasedAtMs?: number | undefined;
  readonly decreasedAtMs?: number | undefined;
}

/** `STANDARD` is not shown unless it was asked for. */
export interface TableClass {
  readonly name: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';
  readonly changedAtMs?: number | undefined;
}

/** A table's stream as the table knows it. */
export interface TableStream {
  readonly arn: Arn;
  readonly label: string;
  readonly viewType: StreamViewType;
  readonly enabled: boolean;
}

/** The attribute that says when an item expires. */
export interface TimeToLive {
  readonly attribute: string;
  readonly enabled: boolean;
  readonly changedAtMs: number;
  /** Items that were there before may not be in the expiry index yet. */
  readonly pending?: true | undefined;
}

/** A Kinesis stream that gets a table's changes. */
export interface KinesisDestination {
  readonly streamArn: Arn;
  /** Where the changes wait that it has not got yet. */
  readonly log: Arn;
  readonly enabled: boolean;
  /** Why it could not be enabled. */
  readonly failure?: string | undefined;
  /** Of the time of a change; milliseconds unless it was asked for. */
  readonly precision?: 'MILLISECOND' | 'MICROSECOND' | undefined;
  /** Until when it is on its way to what `enabled` says, or to another precision. */
  readonly transition?:
    | { readonly status: 'ENABLING' | 'DISABLING' | 'UPDATING'; readonly untilMs: number }
    | undefined;
}

/** Whether a table could be restored to any second of the last days. */
export interface PointInTimeRecovery {
  readonly enabled: boolean;
  readonly days: number;
  readonly sinceMs: number;
}

/** A policy attached to a table or a stream. It is kept and shown; nobody is refused for it. */
export interface ResourcePolicy {
  readonly document: string;
  readonly revisionId: string;
}

/** Begins the registry's keys of all that DynamoDB keeps there. */
export const DYNAMODB = 'dynamodb/';

/** Where the registry keeps a table. */
export function tableKey({ account, region }: Scope, name: string): string {
  return `${DYNAMODB}${account}/${region}/table/${name}`;
}

/** `arn:aws:dynamodb:us-east-1:000000000000:table/orders`. */
export function tableArn(scope: Scope, name: string): Arn {
  return formatArn({ service: 'dynamodb', ...scopeOf(scope), resource: `table/${name}` });
}

/** The table that an ARN of it, or of one of its streams or indexes, names; `undefined` when it is no such ARN. */
export function tableOfArn(arn: string): (Scope & { readonly name: string }) | undefined {
  const parts = parseArn(arn);
  const [kind, name] = parts?.resource.split('/') ?? [];
  if (parts?.service !== 'dynamodb' || kind !== 'table' || !name) return undefined;
  return { ...scopeOf(parts), name };
}

/** All of a table's secondary indexes. */
export function indexesOf({ globalIndexes, localIndexes }: Table): readonly SecondaryIndex[] {
  return localIndexes.length === 0 ? globalIndexes : [...globalIndexes, ...localIndexes];
}

/** The status of a table or an index at that instant. */
export function statusOf({ transition }: { readonly transition?: Transition | undefined }, nowMs: number) {
  return transition && nowMs < transition.untilMs ? transition.status : 'ACTIVE';
}

/** Names of a key's attributes, partition key first. */
export function keyNames({ hash, range }: KeySchema): readonly string[] {
  return range ? [hash.name, range.name] : [hash.name];
}

const scopeOf = ({ account, region }: Scope): Scope => ({ account, region });

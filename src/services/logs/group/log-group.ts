import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import { type Arn, formatArn, parseArn, type Scope } from '../../../core/arn.ts';
import { DAY } from '../../../core/clock.ts';
import type { MetricFilter } from '../metric-filters/metric-filter.ts';
import type { SubscriptionFilter } from '../subscriptions/subscription-filter.ts';

/** A log group as the registry keeps it. Its streams and their events are in the log store. */
export interface LogGroup extends Scope {
  readonly name: string;
  /** Tells it from an earlier group of the same name. */
  readonly id: string;
  readonly createdAtMs: number;
  /** Absent: events never expire. */
  readonly retentionDays?: number | undefined;
  /** Kept for clients to see; nothing is encrypted. */
  readonly kmsKeyId?: string | undefined;
  /** Kept for clients to see; all classes do the same. */
  readonly groupClass: LogGroupClass;
  readonly isProtected: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly subscriptions: readonly SubscriptionFilter[];
  readonly metricFilters: readonly MetricFilter[];
}

/** Key prefix of all log groups in the registry. */
export const GROUPS = 'logs/groups/';

/** A group's key in the registry. */
export const groupKey = ({ account, region }: Scope, name: string): string => `${GROUPS}${account}/${region}/${name}`;

/** What the log store calls the group: one that is created again under its name is another. */
export const storeKey = ({ account, region, name, id }: LogGroup): string => `${account}/${region}/${name}:${id}`;

/** The ARN of a group of that name. Where AWS wants all of its streams included, `:*` stands behind it. */
export const groupArn = ({ account, region }: Scope, name: string): Arn =>
  formatArn({ service: 'logs', region, account, resource: `log-group:${name}` });

/** Scope and name in the ARN of a log group, with or without `:*`; `undefined` when it is none. */
export function groupOfArn(arn: string): (Scope & { readonly name: string }) | undefined {
  const parts = parseArn(arn);
  const [kind, name] = parts?.resource.split(':') ?? [];
  if (parts?.service !== 'logs' || kind !== 'log-group' || !name) return undefined;
  return { account: parts.account, region: parts.region, name };
}

/** What was logged before has expired; 0 when nothing does. */
export const horizonMs = ({ retentionDays }: LogGroup, nowMs: number): number =>
  retentionDays === undefined ? 0 : nowMs - retentionDays * DAY;

/** A group that was just made. */
export const newGroup = (
  scope: Scope,
  name: string,
  made: { readonly id: string; readonly nowMs: number } & Partial<LogGroup>,
): LogGroup => {
  const { nowMs: createdAtMs, ...more } = made;
  return {
    ...{ account: scope.account, region: scope.region, name, createdAtMs },
    ...{ groupClass: 'STANDARD', isProtected: false, tags: {}, subscriptions: [], metricFilters: [] },
    ...more,
  };
};

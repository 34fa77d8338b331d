import type { GetScheduleGroupOutput, ScheduleGroupSummary } from '@aws-sdk/client-scheduler';
import { type Arn, formatArn, parseArn, type Scope } from '../../../src/core/arn.ts';
import type { Tags } from '../../../src/core/tags.ts';

/** A group of schedules as the registry keeps it. */
export interface Group extends Scope {
  readonly name: string;
  readonly arn: Arn;
  /** Tells it from an earlier group of the same name. */
  readonly id: string;
  readonly state: 'ACTIVE' | 'DELETING';
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly tags: Tags;
  /** Of the request that made it. */
  readonly clientToken?: string | undefined;
}

/** The group of schedules that name none; it is always there. */
export const DEFAULT_GROUP = 'default';

/** Key prefix of all groups in the registry. */
export const GROUPS = 'scheduler-groups/';

/** The group's key in the registry. */
export const groupKey = ({ account, region }: Scope, name: string): string => `${GROUPS}${account}/${region}/${name}`;

/** The ARN of a group of that name. */
export const groupArn = ({ account, region }: Scope, name: string): Arn =>
  formatArn({ service: 'scheduler', region, account, resource: `schedule-group/${name}` });

/** Scope and name in the ARN of a group; `undefined` when it is none. */
export function groupOfArn(arn: string): (Scope & { readonly name: string }) | undefined {
  const parts = parseArn(arn);
  const [kind, name] = parts?.resource.split('/') ?? [];
  if (parts?.service !== 'scheduler' || kind !== 'schedule-group' || !name) return undefined;
  return { account: parts.account, region: parts.region, name };
}

/** A group as clients see it. */
export const groupOutput = (group: Group): GetScheduleGroupOutput & ScheduleGroupSummary => ({
  Arn: group.arn,
  Name: group.name,
  State: group.state,
  CreationDate: new Date(group.createdAtMs),
  LastModificationDate: new Date(group.modifiedAtMs),
});

import type { ActionAfterCompletion, ScheduleState, Target } from '@aws-sdk/client-scheduler';
import { type Arn, formatArn, parseArn, type Scope } from '../../../src/core/arn.ts';

/** What a schedule's creator decides: all of it is replaced by an update. */
export interface ScheduleSettings {
  readonly expression: string;
  readonly timeZone: string;
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  readonly state: ScheduleState;
  /** How much later than due a target may be invoked; absent when that is not wanted. */
  readonly windowMinutes?: number | undefined;
  readonly actionAfterCompletion: ActionAfterCompletion;
  readonly description?: string | undefined;
  /** Kept for clients to see; nothing is encrypted. */
  readonly kmsKeyArn?: string | undefined;
  /** As AWS's clients send it, with its defaults filled in. */
  readonly target: ScheduleTarget;
}

/** A target whose ARN and retry policy are there. */
export interface ScheduleTarget extends Omit<Target, 'RetryPolicy'> {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly RetryPolicy: { readonly MaximumEventAgeInSeconds: number; readonly MaximumRetryAttempts: number };
}

/** Which schedule: names are unique in their group. */
export interface SchedulePlace extends Scope {
  readonly group: string;
  readonly name: string;
}

/** A schedule as the registry keeps it. */
export interface Schedule extends SchedulePlace {
  readonly arn: Arn;
  readonly settings: ScheduleSettings;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Another one whenever what decides on its instants has changed: those that were planned before come to nothing. */
  readonly generation: string;
  /** What a rate counts from, and is due at. */
  readonly anchorMs: number;
  /** How its first instant from now on is to be found: stored until it is in the timetable. */
  readonly unplanned?: 'begins' | 'goes-on' | undefined;
  /** Of the request that made it what it is. */
  readonly clientToken?: string | undefined;
}

/** Key prefix of all schedules in the registry. */
export const SCHEDULES = 'scheduler/';

/** Key prefix of an account's schedules in a region. */
export const schedulesIn = ({ account, region }: Scope): string => `${SCHEDULES}${account}/${region}/`;

/** The schedule's key in the registry. */
export const scheduleKey = (place: SchedulePlace): string => `${schedulesIn(place)}${place.group}/${place.name}`;

/** The schedule's ARN. */
export const scheduleArn = ({ account, region, group, name }: SchedulePlace): Arn =>
  formatArn({ service: 'scheduler', region, account, resource: `schedule/${group}/${name}` });

/** The schedule of an ARN; `undefined` when it is none. */
export function scheduleOfArn(arn: string): SchedulePlace | undefined {
  const parts = parseArn(arn);
  const [kind, group, name] = parts?.resource.split('/') ?? [];
  if (parts?.service !== 'scheduler' || kind !== 'schedule' || !group || !name) return undefined;
  return { account: parts.account, region: parts.region, group, name };
}

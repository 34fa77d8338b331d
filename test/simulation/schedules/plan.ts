import type { MissedPolicy } from '../../../src/core/schedule/timetable.ts';

/** One simulated year, as data: the same plan gives the same run, and a smaller plan can be made of it. */
export interface SchedulesPlan {
  readonly seed: number;
  readonly missed: MissedPolicy;
  readonly entries: readonly EntryPlan[];
  readonly outages: readonly Outage[];
  readonly steps: readonly Step[];
}

/** What is due again and again: a schedule, a rule, or a schedule that puts events on a bus, where a rule waits for them. */
export interface EntryPlan {
  readonly name: string;
  readonly kind: 'schedule' | 'rule' | 'bus';
  readonly times: Times;
  readonly zone: Zone;
  /** From the beginning of the run; rules and one-time schedules have neither. */
  readonly startAfterMs?: number | undefined;
  readonly endAfterMs?: number | undefined;
  readonly windowMinutes?: number | undefined;
  readonly deleteAfter: boolean;
  /** Numbers of targets; a schedule has one. */
  readonly targets: readonly number[];
  readonly retries?: number | undefined;
  readonly maxAgeS?: number | undefined;
  readonly hasQueue: boolean;
}

/** Time zones whose summer the model knows. */
export type Zone = 'UTC' | 'Europe/Berlin' | 'America/New_York';

/** When something is due, as AWS's expressions say it, but not in their words. */
export type Times =
  | { readonly kind: 'rate'; readonly hours: number }
  | { readonly kind: 'at'; readonly local: string }
  | {
      readonly kind: 'cron';
      readonly minutes: readonly number[];
      readonly hours: readonly number[];
      readonly days: Days;
    };

/** Days of a month, the last one being 0, or days of the week, Sunday being 1. */
export type Days =
  | { readonly kind: 'all' }
  | { readonly kind: 'of-month'; readonly day: number }
  | { readonly kind: 'of-week'; readonly days: readonly number[] };

/** From when to when, counted from the beginning of the run, a target refuses, and whether it says that trying again is of no use. */
export interface Outage {
  readonly target: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly permanent: boolean;
}

/** What happens next. */
export type Step =
  | { readonly do: 'advance'; readonly byMs: number }
  /** Killed amid an advance, after so many turns of the event loop, and started again later. */
  | { readonly do: 'crash'; readonly byMs: number; readonly turns: number; readonly awayMs: number }
  | { readonly do: 'stop'; readonly awayMs: number }
  | { readonly do: 'toggle' | 'remove'; readonly entry: number }
  | { readonly do: 'change'; readonly entry: number; readonly times: Times };

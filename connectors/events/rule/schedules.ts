import type { Clock } from '../../../src/core/clock.ts';
import { derivedUuid } from '../../../src/core/delivery/derived-uuid.ts';
import type { Journal } from '../../../src/core/journal.ts';
import type { Metrics } from '../../../src/core/metrics/metrics.ts';
import type { ScheduleExpressions } from '../../../src/core/schedule/schedule-expression.ts';
import type { DueInstant, Timetable, TimetableEntry } from '../../../src/core/schedule/timetable.ts';
import { measureRule, once } from '../delivery/measurements.ts';
import type { Publications } from '../delivery/publications.ts';
import type { BusEvent } from '../event/bus-event.ts';
import { isEnabled, type Rule, type RuleSchedule, ruleOfArn } from './rule.ts';
import type { RuleDirectory } from './rule-directory.ts';

/** Rules that fire by themselves. */
export interface Schedules {
  /**
   * Plans the rule's next fire, if it has one.
   *
   * @param before the rule that it was until now: what is planned for another schedule is forgotten
   */
  plan(rule: Rule, before?: Rule): Promise<void>;
  /** Forgets what is planned for a rule that is disabled or no more. */
  forget(rule: Rule): Promise<void>;
  /** Plans rules that are not planned yet: whoever put one may have been killed before it was. */
  restore(): Promise<void>;
  clear(): Promise<void>;
}

const KIND = 'rule';

/** Fires scheduled rules by the timetable: each due instant is one event, for this rule's targets alone. */
export function createSchedules(options: {
  readonly rules: RuleDirectory;
  readonly expressions: ScheduleExpressions;
  readonly timetable: Timetable;
  readonly publications: () => Publications;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly metrics: Metrics;
}): Schedules {
  const { rules, expressions, timetable, publications, clock, journal, metrics } = options;
  const nextAfter = ({ schedule }: Rule, afterMs: number) =>
    schedule && expressions.parse(schedule.expression, 'rule').next(afterMs, schedule.startMs);
  const forget = async (rule: Rule) => {
    if (rule.schedule) await timetable.forget(entryOf(rule, rule.schedule));
  };
  const plan = async (rule: Rule, before?: Rule) => {
    if (before && before.schedule?.generation !== rule.schedule?.generation) await forget(before);
    const nextMs = isEnabled(rule) ? nextAfter(rule, clock.nowMs()) : undefined;
    if (nextMs !== undefined && rule.schedule) await timetable.plan(entryOf(rule, rule.schedule), nextMs);
  };
  const fire = async ({ entry, dueAtMs, nextAfterMs, skip }: DueInstant) => {
    const named = ruleOfArn(entry.key);
    const rule = named && (await rules.find(named.bus, named.name));
    if (!rule || !isEnabled(rule) || rule.schedule?.generation !== entry.generation) return undefined;
    if (!skip) await publish(rule, scheduledEvent(rule, entry.generation, dueAtMs, clock.nowMs()));
    return nextAfter(rule, nextAfterMs);
  };
  const publish = async (rule: Rule, event: BusEvent) => {
    const what = `EventBridge scheduled rule ${rule.name} fires for ${new Date(event.atMs).toISOString()}`;
    journal.append({ kind: 'event', what, eventIds: [event.id], arn: rule.arn });
    measureRule(metrics, rule, [once('TriggeredRules')]);
    if (rule.targets.length === 0) return;
    const matches = [{ event, rules: [rule.name] }];
    // The event's id, so that an instant that fires once more after a crash is stored once.
    await publications().add(event.id, { bus: rule.bus, acceptedAtMs: clock.nowMs(), matches });
  };
  timetable.attach(KIND, fire);
  return {
    ...{ plan, forget },
    async restore() {
      for (const rule of await rules.list()) await plan(rule);
    },
    clear: () => timetable.clear(KIND),
  };
}

const entryOf = ({ arn }: Rule, { generation }: RuleSchedule): TimetableEntry => ({ kind: KIND, key: arn, generation });

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html; members as recorded. */
function scheduledEvent(rule: Rule, generation: string, dueAtMs: number, nowMs: number): BusEvent {
  return {
    id: derivedUuid(rule.arn, generation, dueAtMs),
    account: rule.bus.account,
    region: rule.bus.region,
    source: 'aws.events',
    detailType: 'Scheduled Event',
    resources: [rule.arn],
    detail: '{}',
    atMs: dueAtMs,
    ingestedAtMs: nowMs,
  };
}

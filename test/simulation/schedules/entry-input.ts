import { arnOf, START_MS } from '../engine/life.ts';
import { expressionText } from './expression-text.ts';
import type { EntryPlan, Times } from './plan.ts';

/** Where all dead letters go. */
export const DEAD_LETTERS = arnOf('sqs', 'dead');

const BUS = arnOf('events', 'event-bus/default');
const ROLE = `arn:aws:iam::000000000000:role/simulated`;

/** What of a schedule can be told of at the target. */
const said = ({ name }: EntryPlan) => JSON.stringify({ entry: name, due: '<aws.scheduler.scheduled-time>' });

/** `CreateSchedule` or `UpdateSchedule` for an entry. */
export function scheduleInput(entry: EntryPlan, times: Times, enabled: boolean): object {
  const { name, zone, startAfterMs, endAfterMs, windowMinutes } = entry;
  return {
    ...{ Name: name, ScheduleExpression: expressionText(times), ScheduleExpressionTimezone: zone },
    ...(startAfterMs !== undefined && { StartDate: new Date(START_MS + startAfterMs) }),
    ...(endAfterMs !== undefined && { EndDate: new Date(START_MS + endAfterMs) }),
    FlexibleTimeWindow:
      windowMinutes === undefined ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: windowMinutes },
    State: enabled ? 'ENABLED' : 'DISABLED',
    ActionAfterCompletion: entry.deleteAfter ? 'DELETE' : 'NONE',
    Target:
      entry.kind === 'bus'
        ? {
            ...{ Arn: BUS, RoleArn: ROLE, Input: said(entry) },
            EventBridgeParameters: { Source: `simulated.${name}`, DetailType: 'Due' },
          }
        : { RoleArn: ROLE, Input: said(entry), ...targetOf(entry, entry.targets[0] ?? 0) },
  };
}

/** `PutRule` for an entry: it fires itself, or waits for the events of a schedule. */
export function ruleInput(entry: EntryPlan, times: Times): object {
  const Name = entry.name;
  return entry.kind === 'bus'
    ? { Name, EventPattern: JSON.stringify({ source: [`simulated.${Name}`] }) }
    : { Name, ScheduleExpression: expressionText(times) };
}

/** `PutTargets` for an entry. */
export const targetsInput = (entry: EntryPlan): object => ({
  Rule: entry.name,
  Targets: entry.targets.map((target) => ({ Id: String(target), ...targetOf(entry, target) })),
});

const targetOf = ({ retries, maxAgeS, hasQueue }: EntryPlan, target: number) => ({
  Arn: arnOf('lambda', `function:${target}`),
  RetryPolicy: {
    ...(retries !== undefined && { MaximumRetryAttempts: retries }),
    ...(maxAgeS !== undefined && { MaximumEventAgeInSeconds: maxAgeS }),
  },
  ...(hasQueue && { DeadLetterConfig: { Arn: DEAD_LETTERS } }),
});

import { expressionText } from './expression-text.ts';
import type { EntryPlan, SchedulesPlan } from './plan.ts';

/** The knobs of a plan, for people. */
export const planText = ({ missed, entries, outages, steps }: SchedulesPlan): readonly string[] => [
  `what is missed: ${missed}; ${steps.length} steps`,
  ...entries.map(entryText),
  ...outages.map(
    ({ target, fromMs, toMs, permanent }) =>
      `target ${target} is ${permanent ? 'broken' : 'down'} from ${fromMs} to ${toMs} ms`,
  ),
  ...steps.map((step) => JSON.stringify(step)),
];

function entryText({ name, kind, times, zone, targets, ...others }: EntryPlan): string {
  const set = Object.entries(others).filter(([, value]) => value !== undefined && value !== false);
  const settings = set.map(([key, value]) => `${key} ${value}`).join(', ');
  return `${name}: ${kind} ${expressionText(times)} ${zone} to ${targets.join(' ')}; ${settings}`;
}

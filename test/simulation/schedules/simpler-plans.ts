import { type Simpler, without } from '../engine/shrink.ts';
import type { EntryPlan, SchedulesPlan, Step } from './plan.ts';

/** The ways in which a failing plan is made smaller, those that take away most first. */
export const simplerPlans: readonly Simpler<SchedulesPlan>[] = [
  function* fewerSteps(plan) {
    for (const steps of without(plan.steps)) yield { ...plan, steps };
  },
  function* fewerEntries(plan) {
    for (const [index] of plan.entries.entries()) {
      if (plan.entries.length > 1) yield withoutEntry(plan, index);
    }
  },
  function* fewerOutages(plan) {
    for (const outages of without(plan.outages)) yield { ...plan, outages };
  },
  function* plainerEntries(plan) {
    for (const [index, entry] of plan.entries.entries()) {
      for (const simpler of plainer(entry)) yield { ...plan, entries: plan.entries.with(index, simpler) };
    }
  },
  function* shorterWaits(plan) {
    for (const [index, step] of plan.steps.entries()) {
      if (step.do === 'advance' && step.byMs > 1000) {
        yield { ...plan, steps: plan.steps.with(index, { ...step, byMs: Math.floor(step.byMs / 2000) * 1000 }) };
      }
    }
  },
];

function withoutEntry(plan: SchedulesPlan, gone: number): SchedulesPlan {
  const steps = plan.steps.flatMap((step): readonly Step[] => {
    if (!('entry' in step)) return [step];
    return step.entry === gone ? [] : [{ ...step, entry: step.entry > gone ? step.entry - 1 : step.entry }];
  });
  return { ...plan, steps, entries: plan.entries.filter((_, index) => index !== gone) };
}

function* plainer(entry: EntryPlan): Iterable<EntryPlan> {
  if (entry.targets.length > 1) for (const target of entry.targets) yield { ...entry, targets: [target] };
  if (entry.zone !== 'UTC') yield { ...entry, zone: 'UTC' };
  for (const name of ['startAfterMs', 'endAfterMs', 'windowMinutes', 'retries', 'maxAgeS'] as const) {
    if (entry[name] !== undefined) yield { ...entry, [name]: undefined };
  }
  if (entry.deleteAfter) yield { ...entry, deleteAfter: false };
}

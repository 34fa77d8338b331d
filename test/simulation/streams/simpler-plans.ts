import { type Simpler, without } from '../engine/shrink.ts';
import type { MappingPlan, PlannedRecord, StreamPlan } from './plan.ts';

/** The ways in which a failing plan is made smaller, those that take away most first. */
export const simplerPlans: readonly Simpler<StreamPlan>[] = [
  function* fewerSteps(plan) {
    for (const steps of without(plan.steps)) yield { ...plan, steps };
  },
  function* fewerRecords(plan) {
    const ids = plan.steps.flatMap((step) => (step.do === 'put' ? step.records.map(({ id }) => id) : []));
    for (const kept of without(ids)) {
      const left = new Set(kept);
      yield withRecords(plan, (records) => records.filter(({ id }) => left.has(id)));
    }
  },
  function* fewerFaults(plan) {
    for (const faults of without([...plan.faults])) yield { ...plan, faults: new Map(faults) };
  },
  function* plainerMapping(plan) {
    const optional = Object.keys(plan.mapping).filter((name) => name !== 'start' && name !== 'batchSize');
    for (const name of optional as (keyof MappingPlan)[]) {
      if (plan.mapping[name] !== undefined) yield { ...plan, mapping: { ...plan.mapping, [name]: undefined } };
    }
    if (plan.mapping.start !== 'TRIM_HORIZON') yield { ...plan, mapping: { ...plan.mapping, start: 'TRIM_HORIZON' } };
    if (plan.createAfter > 0) yield { ...plan, createAfter: 0 };
    if (plan.refusals > 0) yield { ...plan, refusals: 0 };
    if (plan.shards > 1) yield { ...plan, shards: 1 };
  },
  function* plainerRecords(plan) {
    const { mapping, steps } = plan;
    for (const step of steps) {
      for (const record of step.do === 'put' ? step.records : []) {
        const change = (changed: PlannedRecord) =>
          withRecords(plan, (records) => records.map((each) => (each === record ? changed : each)));
        if (record.failures > 0) yield change({ ...record, failures: 0 });
        if (!record.matches && mapping.filter) yield change({ ...record, matches: true });
        if (record.key !== 'a') yield change({ ...record, key: 'a' });
      }
    }
  },
  function* shorterWaits({ steps, ...plan }) {
    for (const [index, step] of steps.entries()) {
      if (step.do === 'advance' && step.byMs > 1000) {
        yield { ...plan, steps: steps.with(index, { ...step, byMs: Math.floor(step.byMs / 2000) * 1000 }) };
      }
    }
  },
];

function withRecords(plan: StreamPlan, change: (records: readonly PlannedRecord[]) => readonly PlannedRecord[]) {
  const steps = plan.steps
    .map((step) => (step.do === 'put' ? { ...step, records: change(step.records) } : step))
    .filter((step) => step.do !== 'put' || step.records.length > 0);
  return { ...plan, steps };
}

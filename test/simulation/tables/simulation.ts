import { type Simpler, without } from '../engine/shrink.ts';
import type { Simulation } from '../engine/simulation.ts';
import { drawPlan } from './draw-plan.ts';
import type { TablePlan } from './plan.ts';
import { runTablePlan } from './run.ts';

const simpler: readonly Simpler<TablePlan>[] = [
  function* fewerSteps(plan) {
    for (const steps of without(plan.steps)) yield { ...plan, steps };
  },
  function* fewerRequests({ steps, ...plan }) {
    for (const [index, step] of steps.entries()) {
      if (step.do !== 'requests') continue;
      for (const requests of without(step.requests)) {
        if (requests.length > 0) yield { ...plan, steps: steps.with(index, { ...step, requests }) };
      }
    }
  },
  function* fewerWrites({ steps, ...plan }) {
    for (const [index, step] of steps.entries()) {
      if (step.do !== 'requests') continue;
      for (const [place, request] of step.requests.entries()) {
        if (request.kind === 'write') continue;
        for (const writes of without(request.writes)) {
          if (writes.length === 0) continue;
          const requests = step.requests.with(place, { ...request, writes });
          yield { ...plan, steps: steps.with(index, { ...step, requests }) };
        }
      }
    }
  },
];

/** A table with its stream against a simple model: writes at the same time, transactions, expiry, stops and kills. */
export const tableSimulation: Simulation<TablePlan> = {
  name: 'tables',
  draw: drawPlan,
  run: runTablePlan,
  simpler,
  text: () => [],
};

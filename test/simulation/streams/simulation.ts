import type { Disk } from '../engine/disk.ts';
import type { Simulation } from '../engine/simulation.ts';
import { drawPlan } from './draw-plan.ts';
import type { StreamPlan } from './plan.ts';
import { planText } from './plan-text.ts';
import { runStreamPlan } from './run.ts';
import { simplerPlans } from './simpler-plans.ts';

/** Streams and their mapping with an unreliable function. */
export const streamSimulation: Simulation<StreamPlan> = {
  name: 'streams',
  draw: drawPlan,
  run: async (plan: StreamPlan, disk: Disk) => {
    const { violations, happenings, deliveries } = await runStreamPlan(plan, disk);
    return { violations, happenings, size: deliveries.size };
  },
  simpler: simplerPlans,
  text: planText,
};

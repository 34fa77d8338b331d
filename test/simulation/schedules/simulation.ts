import type { Disk } from '../engine/disk.ts';
import type { Simulation } from '../engine/simulation.ts';
import { drawPlan } from './draw-plan.ts';
import type { SchedulesPlan } from './plan.ts';
import { planText } from './plan-text.ts';
import { runSchedulesPlan } from './run.ts';
import { simplerPlans } from './simpler-plans.ts';

/** A year of schedules and rules with unreliable targets. */
export const schedulesSimulation: Simulation<SchedulesPlan> = {
  name: 'schedules',
  draw: drawPlan,
  run: async (plan: SchedulesPlan, disk: Disk) => {
    const { violations, happenings, attempts } = await runSchedulesPlan(plan, disk);
    return { violations, happenings, size: attempts.length };
  },
  simpler: simplerPlans,
  text: planText,
};

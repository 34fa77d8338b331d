import { startStopwatch } from '../../../src/core/clock.ts';

/** One way to make a plan smaller: the plan without something, or with something plainer. */
export type Simpler<Plan> = (plan: Plan) => Iterable<Plan>;

/**
 * Makes a failing plan as small as it gets: tries each simpler plan, keeps those that still fail, until none is left or the
 * budget is used up.
 */
export async function shrink<Plan>(
  plan: Plan,
  simpler: readonly Simpler<Plan>[],
  stillFails: (plan: Plan) => Promise<boolean>,
  budget: { readonly runs: number; readonly ms: number },
): Promise<Plan> {
  let smallest = plan;
  let runs = 0;
  const spentMs = startStopwatch();
  const improve = async (variants: Simpler<Plan>): Promise<boolean> => {
    for (const variant of variants(smallest)) {
      if (runs >= budget.runs || spentMs() > budget.ms) return false;
      runs += 1;
      if (await stillFails(variant)) {
        smallest = variant;
        return true;
      }
    }
    return false;
  };
  for (let improved = true; improved; ) {
    improved = false;
    for (const variants of simpler) while (await improve(variants)) improved = true;
  }
  return smallest;
}

/** The list without a part of it: large parts first, then each member. */
export function* without<Item>(list: readonly Item[]): Iterable<readonly Item[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < list.length; start += size) {
      yield [...list.slice(0, start), ...list.slice(start + size)];
    }
  }
}

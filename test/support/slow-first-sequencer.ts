import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that start several processes and wait in real time: for a lease to run out, for an engine to come back. */
const WAITING = /\/test\/(faults|sharing)\//;
/** Files that take long, whatever their size: a few lines of them run many recorded cases, or many rounds. */
const LONG = /\/test\/(recorded|simulation)\//;
/** The part of a run over which those that wait are spread. */
const SPREAD = 0.7;

/**
 * Begins with what takes long, so that no worker is left with it when the others have nothing to do any more; and spreads
 * what waits, so that it waits beside files that work, and its processes have the machine with as few others as can be.
 */
export class SlowFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = sorted.filter(({ moduleId }) => WAITING.test(moduleId));
    const rank = ({ moduleId }: TestSpecification) => (LONG.test(moduleId) ? 0 : 1);
    const working = sorted
      .filter(({ moduleId }) => !WAITING.test(moduleId))
      .toSorted((one, other) => rank(one) - rank(other));
    const between = Math.floor((SPREAD * working.length) / Math.max(1, waiting.length));
    return [
      ...waiting.flatMap((each, index) => [each, ...working.slice(index * between, (index + 1) * between)]),
      ...working.slice(waiting.length * between),
    ];
  }
}

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Folders whose files take long, whatever their size: they run many recorded cases in a few lines, or wait in real time for
 * a lease to run out and for an engine to come back.
 */
const SLOW = /\/test\/(faults|sharing|recorded|simulation)\//;

/** Begins with what takes long, so that no worker is left with it when the others have nothing to do any more. */
export class SlowFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => (SLOW.test(moduleId) ? 0 : 1);
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}

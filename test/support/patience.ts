import { startStopwatch } from '../../src/core/clock.ts';

/**
 * How long a test waits for what must come before it says that it did not. Long, as a busy machine may be slow and what
 * comes ends the wait; below the limit of a test, so that what is missing is named.
 */
export const PATIENCE_MS = 20_000;

/** Waits until the condition holds, by turns of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  const passedMs = startStopwatch();
  while (!condition()) {
    if (passedMs() > PATIENCE_MS) throw new Error('the condition did not come true');
    await new Promise(setImmediate);
  }
}

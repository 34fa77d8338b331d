import { realClock } from '../clock.ts';
import { untilDone } from './until-done.ts';

/**
 * Does what a start needs of a backend that may go away amid it, again and again until the deadline, in real time. The last
 * try says what is wrong.
 */
export async function untilThere<T>(work: () => Promise<T>, deadlineMs: number): Promise<T> {
  const late = new AbortController();
  using _deadline = realClock.setTimer(deadlineMs, () => late.abort());
  return (await untilDone(work, late.signal)) ?? (await work());
}

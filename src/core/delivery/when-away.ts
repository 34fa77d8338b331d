import { type Clock, SECOND } from '../clock.ts';
import { BackendUnavailable } from '../errors.ts';
import type { TaskVerdict } from '../ports/task-queue.ts';

/** How long a delivery waits whose receiver stands on a backend that is away. */
export const AWAY_MS = SECOND;

/** Makes one delivery of several: only it waits for a backend that is away, the others have theirs. */
export async function orWaitWhileAway(
  clock: Clock,
  data: unknown,
  deliver: () => Promise<TaskVerdict>,
): Promise<TaskVerdict> {
  try {
    return await deliver();
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    return { kind: 'again', data, dueAtMs: clock.nowMs() + AWAY_MS };
  }
}

import type { Activity, Idleness } from './activity.ts';

/** Whether anything goes on here, and in the processes that share the work. */
export interface JointIdleness extends Idleness {
  /** How many these are, this one included; absent where nothing is shared. */
  readonly processes?: number;
  /** How many of them did not say; while there are any, nobody knows that nothing goes on. */
  readonly unanswered?: number;
}

/** Waits, at most that long in real time or until the signal, until nothing is in progress or due; says how it is then. */
export type AskIdleness = (waitMs: number, stopping: AbortSignal) => Promise<JointIdleness>;

/** Of a process that shares its work with no other. */
export const ownIdleness =
  (activity: Activity): AskIdleness =>
  async (waitMs, stopping) => {
    if (waitMs > 0) await restOrStop(activity, waitMs, stopping);
    return activity.now();
  };

function restOrStop(activity: Activity, waitMs: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stopping.removeEventListener('abort', end);
      resolve();
    };
    stopping.addEventListener('abort', end);
    void activity.rest(stopping.aborted ? 0 : waitMs).then(end);
  });
}

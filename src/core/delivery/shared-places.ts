import { type Clock, MINUTE, realClock, SECOND } from '../clock.ts';
import type { TaskVerdict } from '../ports/task-queue.ts';

/**
 * Delivers in one of the places that all receivers share. Where the receiver is slow and holds as many as a slow one may,
 * it does not: the task is to come again, which is no attempt.
 */
export type SharedPlaces = (
  receiver: string,
  data: unknown,
  deliver: () => Promise<TaskVerdict>,
) => Promise<TaskVerdict>;

/** Whoever takes so long, in real time, is slow until it answers sooner. */
const SLOW_MS = 2 * SECOND;
/** Places that a slow receiver may hold: a small part of all. */
export const PLACES_OF_SLOW = 64;
/** Between those who come again, so that they do not come all at once. */
const TURN_MS = 50;
const NEXT_TURN_MS = SECOND;
/** A receiver that is well again is not left alone for longer. */
const LATEST_TURN_MS = MINUTE;

interface Receiver {
  /** Beginnings of the deliveries that are under way, the oldest first. */
  readonly underWay: Set<{ readonly atMs: number }>;
  wasSlow: boolean;
  turnMs: number;
}

/**
 * Web servers may hang for seconds each time: without this one of them would take all places, and the others' deliveries
 * would wait behind it.
 *
 * @param measuring what tells how long a receiver takes
 */
export function createSharedPlaces(clock: Clock, measuring: Pick<Clock, 'nowMs'> = realClock): SharedPlaces {
  const receivers = new Map<string, Receiver>();
  const isSlow = ({ underWay, wasSlow }: Receiver): boolean => {
    const [oldest] = underWay;
    return wasSlow || (oldest !== undefined && measuring.nowMs() - oldest.atMs >= SLOW_MS);
  };
  const nextTurn = (receiver: Receiver): number => {
    const nowMs = clock.nowMs();
    const turnMs = Math.max(receiver.turnMs + TURN_MS, nowMs + NEXT_TURN_MS);
    receiver.turnMs = Math.min(turnMs, nowMs + LATEST_TURN_MS);
    return receiver.turnMs;
  };
  return async (name, data, deliver) => {
    const receiver = receivers.get(name) ?? { underWay: new Set(), wasSlow: false, turnMs: 0 };
    if (receiver.underWay.size >= PLACES_OF_SLOW && isSlow(receiver)) {
      return { kind: 'again', data, dueAtMs: nextTurn(receiver) };
    }
    receivers.set(name, receiver);
    const begun = { atMs: measuring.nowMs() };
    receiver.underWay.add(begun);
    try {
      return await deliver();
    } finally {
      receiver.underWay.delete(begun);
      receiver.wasSlow = measuring.nowMs() - begun.atMs >= SLOW_MS;
      if (receiver.underWay.size === 0 && !receiver.wasSlow) receivers.delete(name);
    }
  };
}

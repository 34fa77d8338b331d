import type { Clock } from '../clock.ts';
import type { TaskVerdict } from '../ports/task-queue.ts';
import type { PendingDelivery } from './pending-delivery.ts';
import type { SharedPlaces } from './shared-places.ts';

/** What is delivered to a receiver that may take only so many a second. */
export interface Paced {
  /** Present once its turn was given to it. */
  readonly turnAtMs?: number | undefined;
}

/** A receiver that others deliver to, too. */
export interface PacedReceiver {
  /** By which its places are counted. */
  readonly name: string;
  /** When one more attempt may be made; `undefined` when it takes any number. */
  nextTurn(): Promise<number | undefined>;
}

/**
 * Delivers once the delivery has its turn and a place. Until then its task comes again, which is no attempt; it keeps its
 * turn while the receiver has no place for it, and needs another for a further attempt.
 */
export async function deliverAtPace<What extends Paced>(
  { clock, places }: { readonly clock: Clock; readonly places: SharedPlaces },
  receiver: PacedReceiver,
  pending: PendingDelivery<What>,
  deliver: (pending: PendingDelivery<What>) => Promise<TaskVerdict>,
): Promise<TaskVerdict> {
  // A dead letter goes elsewhere.
  if (pending.givenUp) return await deliver(pending);
  const withTurn = (turnAtMs: number | undefined) => ({ ...pending, what: { ...pending.what, turnAtMs } });
  const turnAtMs = pending.what.turnAtMs ?? (await receiver.nextTurn());
  const data = withTurn(turnAtMs);
  if (turnAtMs !== undefined && turnAtMs > clock.nowMs()) return { kind: 'again', data, dueAtMs: turnAtMs };
  return await places(receiver.name, data, () => deliver(withTurn(undefined)));
}

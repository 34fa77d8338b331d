import type { Scope } from '../../../src/core/arn.ts';
import type { TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import type { Publication } from '../publish/publication.ts';

/** What of a topic its lane must know. */
export interface Lane extends Scope {
  readonly name: string;
  /** Of the topic: one of the same name that comes later has a lane of its own. */
  readonly id: string;
}

/** A FIFO topic's publication before it has its place. */
export interface LanePublication {
  readonly publication: Omit<Publication, 'sequenceNumber'>;
  /** Within what messages are told apart: the topic or a group. */
  readonly deduplicationScope: string;
  readonly to: readonly string[];
}

/** What became of it: a duplicate has the ids of the message that came first. */
export interface Placed {
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly duplicate: boolean;
}

/**
 * The messages of FIFO topics that are not delivered yet, each topic's in the order of their sequence numbers. They stand in
 * the registry; a task of the topic brings them to its subscribers, in one process at a time.
 */
export interface FifoLanes {
  /** Gives a publication its place; resolves once it is stored. */
  place(lane: Lane, publication: LanePublication): Promise<Placed>;
  /** Brings all that waits on the lane to its subscribers, as far as it goes. */
  drain(lane: Lane, signal: AbortSignal): Promise<TaskVerdict>;
  /** Forgets the lane of a topic that is gone. */
  forget(lane: Lane): Promise<void>;
  /** Sees to lanes that a process left which was killed. */
  restore(): Promise<void>;
}

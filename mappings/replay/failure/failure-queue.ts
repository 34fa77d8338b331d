import type { Arn } from '../../../src/core/arn.ts';

/** A queue's messages, as a redrive takes them. */
export interface FailureQueue {
  /** One message, hidden from others meanwhile; `undefined` when there is none now. */
  take(queue: Arn): Promise<FailureMessage | undefined>;
}

/** A message that is settled once. */
export interface FailureMessage {
  readonly id: string;
  readonly body: string;
  /** Delivered: the queue may forget it. */
  remove(): Promise<void>;
  /** Shows it again. */
  release(): Promise<void>;
}

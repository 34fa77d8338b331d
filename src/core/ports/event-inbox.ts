import type { Port } from './port.ts';

/**
 * Notifications that an object store writes into one list, which simulators of all namespaces share: each has the buckets
 * that it claimed. Nothing is lost that is in the list, whoever ends when; what was not settled comes again.
 */
export interface EventInbox extends Port {
  /** The list's name, which the object store must be told. */
  readonly list: string;
  /** Makes the bucket this namespace's; false when another has it. */
  claim(bucket: string): Promise<boolean>;
  /** Makes it this namespace's, whoever had it: for a bucket that the store has no more. */
  seize(bucket: string): Promise<void>;
  /** Gives the bucket up. */
  release(bucket: string): Promise<void>;
  /** The buckets that are this namespace's. */
  claims(): Promise<readonly string[]>;
  /**
   * The oldest notifications for this namespace that are not settled, once there are some; nothing when the signal is
   * aborted. What a bucket sends that nobody has claimed comes to anyone. One process of a namespace may ask at a time.
   */
  next(signal: AbortSignal): Promise<WaitingNotifications>;
  /** The same, without waiting. */
  waiting(): Promise<WaitingNotifications>;
  /** Forgets these; what another process has settled meanwhile is gone already, and nothing else goes for it. */
  settle(these: WaitingNotifications): Promise<void>;
  /** Calls `returned` when notifications may have been missed: the list was away for a while. */
  onReturn(returned: () => void): Disposable;
}

/** Notifications in a row, in their order. */
export interface WaitingNotifications {
  readonly texts: readonly string[];
  /** How many of the namespace were settled before them, ever. */
  readonly behind: number;
}

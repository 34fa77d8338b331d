import type { Arn } from './arn.ts';

/** The streams of tables, for whoever carries their changes elsewhere. */
export interface TableStreams {
  /** Those whose changes can still be read. */
  list(): Promise<readonly Arn[]>;
  /** Calls `changed` after one came or went, or may have, by whichever process. Disposing ends it. */
  onChange(changed: () => void): Disposable;
}

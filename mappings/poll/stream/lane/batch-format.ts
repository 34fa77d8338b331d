import type { Arn } from '../../../../src/core/arn.ts';
import type { EventSourceKind } from '../../../../src/core/event.ts';
import type { StreamRecord } from '../../../../src/core/source.ts';
import type { Failure } from '../failure/failure-record.ts';
import type { LaneRecord } from './stream-batch.ts';
import type { OpenWindow } from './tumbling-window.ts';

/** All that differs between the sources whose batches lanes deliver. */
export interface BatchFormat {
  readonly trigger: EventSourceKind;
  /** Bytes of an event without records. */
  readonly envelopeBytes: number;
  /** The event of an invocation. */
  payload(records: readonly LaneRecord[], place: BatchPlace, window: OpenWindow | undefined): Uint8Array;
  readonly reporting: FailureReporting;
  /**
   * The member of a failure record that says which batch it is about; `event` is what the function got of it. `alone` asks
   * for the words about a single record.
   */
  batchInfo(failure: Failure, event: () => string, alone: boolean): Readonly<Record<string, object>>;
}

/** Where the records of a batch come from. */
export interface BatchPlace {
  readonly sourceArn: Arn;
  readonly shardId: string;
}

/** How a function says which records of a batch failed. */
export interface FailureReporting {
  nameOf(record: StreamRecord): string;
  /** The name in an `itemIdentifier`; `undefined` when it is none. By default a text is one. */
  readonly read?: (identifier: unknown) => string | undefined;
  /** Those that are named are tried again alone; else the batch goes on at the first of them. */
  readonly alone: boolean;
}

/** Records that are named by their sequence numbers, the lowest of which counts. */
export const BY_SEQUENCE_NUMBER: FailureReporting = {
  nameOf: ({ event }) => event.position.sequenceNumber,
  alone: false,
};

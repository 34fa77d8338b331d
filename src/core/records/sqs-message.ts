import type { NormalizedEvent } from '../event.ts';

/** A user attribute of a message as it was sent. `DataType` may carry a label: `Number.float`. */
export interface SqsMessageAttribute {
  readonly DataType: string;
  /** For the types `String` and `Number`. */
  readonly StringValue?: string | undefined;
  /** For the type `Binary`. */
  readonly BinaryValue?: Uint8Array | undefined;
}

/** The system attributes that a message can have, in the order in which AWS lists them in a Lambda record. */
export const SYSTEM_ATTRIBUTES = [
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'SentTimestamp',
  'SequenceNumber',
  'MessageGroupId',
  'SenderId',
  'MessageDeduplicationId',
  'ApproximateFirstReceiveTimestamp',
  'DeadLetterQueueSourceArn',
] as const;

/** A message that was received, with all that a Lambda record or `ReceiveMessage` shows of it. */
export interface SqsMessageDetail {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** Hex MD5 of the body. */
  readonly md5OfBody: string;
  /**
   * System attributes as strings, those that the message has: `ApproximateReceiveCount`, `AWSTraceHeader`,
   * `SentTimestamp`, `SenderId`, `ApproximateFirstReceiveTimestamp`, `DeadLetterQueueSourceArn`; on FIFO queues
   * `SequenceNumber`, `MessageGroupId`, `MessageDeduplicationId`; on fair queues `MessageGroupId`.
   */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, SqsMessageAttribute>>;
  /** Hex MD5 of all message attributes; absent when there are none. */
  readonly md5OfMessageAttributes?: string | undefined;
}

/** The event that the SQS connector hands to mappings: its id is the message id, its name `Message`. */
export type SqsMessageEvent = NormalizedEvent<SqsMessageDetail>;

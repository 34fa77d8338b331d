import type { Arn, Scope } from '../../../src/core/arn.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/** A message that a topic has taken, as tasks store it. */
export interface Publication extends Omit<OutgoingMessage, 'bytes'> {
  readonly messageId: string;
  readonly topic: PublishedTopic;
  readonly atMs: number;
  /** FIFO only. */
  readonly sequenceNumber?: string | undefined;
  readonly traceHeader?: string | undefined;
}

/** What receivers are told of the topic. */
export interface PublishedTopic extends Scope {
  readonly arn: Arn;
  readonly name: string;
  readonly signatureVersion: '1' | '2';
  readonly fifo: boolean;
}

/** What a receiver of that protocol reads. */
export const textFor = ({ text, texts }: Publication, protocol: string): string => texts?.[protocol] ?? text;

import type { ReceivedMessage } from '../../src/core/ports/message-queue.ts';
import { type SqsMessageAttribute, SYSTEM_ATTRIBUTES } from '../../src/core/records/sqs-message.ts';
import { md5OfAttributes } from './message-attributes.ts';

/** The system attributes that this message has. */
export function systemAttributes(message: ReceivedMessage): Record<string, string> {
  const { content } = message;
  const values: Record<(typeof SYSTEM_ATTRIBUTES)[number], string | undefined> = {
    ApproximateReceiveCount: String(message.receiveCount),
    AWSTraceHeader: content.traceHeader,
    SentTimestamp: String(message.sentAtMs),
    SequenceNumber: message.sequenceNumber,
    MessageGroupId: message.groupId,
    SenderId: content.senderId,
    MessageDeduplicationId: message.deduplicationId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    DeadLetterQueueSourceArn: message.redrivenFrom,
  };
  const present: Record<string, string> = {};
  for (const name of SYSTEM_ATTRIBUTES) {
    const value = values[name];
    if (value !== undefined) present[name] = value;
  }
  return present;
}

/** What `ReceiveMessage` was asked to show. */
export interface Selection {
  /** Names of system attributes. */
  readonly system: readonly string[];
  /** Names of message attributes, `prefix.*` or `All`. */
  readonly user: readonly string[];
}

/** A message as `ReceiveMessage` answers with it: members that were not asked for are absent. */
export function messageOutput(message: ReceivedMessage, selection: Selection) {
  const { content } = message;
  const user = selectAttributes(message, selection.user);
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    MD5OfBody: content.md5OfBody,
    Body: content.body,
    ...selectSystemAttributes(message, selection.system),
    // The checksum covers what is returned, so that the client can check it (recorded).
    ...(user && {
      MD5OfMessageAttributes: user === content.attributes ? content.md5OfAttributes : md5OfAttributes(user),
      MessageAttributes: user,
    }),
  };
}

function selectSystemAttributes(message: ReceivedMessage, names: readonly string[]) {
  if (names.length === 0) return undefined;
  const all = systemAttributes(message);
  const chosen = names.includes('All')
    ? all
    : Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  return Object.keys(chosen).length > 0 ? { Attributes: chosen } : undefined;
}

function selectAttributes(
  { content: { attributes } }: ReceivedMessage,
  names: readonly string[],
): Readonly<Record<string, SqsMessageAttribute>> | undefined {
  if (attributes === undefined || names.length === 0) return undefined;
  if (names.includes('All') || names.includes('.*')) return attributes;
  const prefixes = names.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -2));
  const chosen = Object.entries(attributes).filter(
    ([name]) => names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}

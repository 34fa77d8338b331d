import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { invalidParameter, missingMember } from '../errors.ts';
import { isFifo, type Topic } from '../topic/topic.ts';
import { maximumMessageBytes } from '../topic/topic-attributes.ts';
import { checkMessageAttributes, type MessageAttributes, sizeOfAttributes } from './message-attributes.ts';

/** What is published, of `Publish` and of the entries of `PublishBatch`. */
export interface MessageInput {
  readonly Message?: string | undefined;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>> | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

/** A message that the topic takes. */
export interface OutgoingMessage {
  /** For whoever has no text of its own. */
  readonly text: string;
  /** Texts by protocol, where the message has several. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
  readonly subject?: string | undefined;
  readonly attributes: MessageAttributes;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly bytes: number;
}

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const MAX_SUBJECT = 100;
const ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

/** Checks a message against its topic. */
export function checkMessage(topic: Topic, input: MessageInput): OutgoingMessage {
  const { Message, Subject: subject, MessageStructure } = input;
  if (Message === undefined) throw missingMember('message');
  if (Message === '') throw invalidParameter('Empty message');
  if (subject !== undefined) checkSubject(subject);
  if (MessageStructure !== undefined && MessageStructure !== 'json') throw invalidParameter('MessageStructure');
  const texts = MessageStructure === 'json' ? textsOf(Message) : undefined;
  const attributes = checkMessageAttributes(input.MessageAttributes);
  const bytes = Buffer.byteLength(Message) + sizeOfAttributes(attributes);
  if (bytes > maximumMessageBytes(topic.attributes)) throw invalidParameter('Message too long');
  const order = checkOrder(topic, input, texts?.['default'] ?? Message);
  return { text: texts?.['default'] ?? Message, texts, subject, attributes, ...order, bytes };
}

function checkSubject(subject: string): void {
  const fits = subject !== '' && subject.length < MAX_SUBJECT && !/[\p{Cc}]/u.test(subject);
  if (!fits) throw invalidParameter('Subject');
}

/** A text for each protocol; what is no text counts as absent. */
function textsOf(message: string): Readonly<Record<string, string>> {
  const structure = parse(message);
  if (typeof structure !== 'object' || structure === null || Array.isArray(structure)) {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts = Object.entries(structure).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const byProtocol = Object.fromEntries(texts);
  if (byProtocol['default'] !== undefined) return byProtocol;
  throw invalidParameter('Message Structure - No default entry in JSON message body');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Order = Pick<OutgoingMessage, 'groupId' | 'deduplicationId'>;

function checkOrder(topic: Topic, input: MessageInput, text: string): Order {
  const { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = input;
  for (const [name, id] of Object.entries({ MessageGroupId: groupId, MessageDeduplicationId: deduplicationId })) {
    if (id !== undefined && !ID.test(id)) throw invalidParameter(name);
  }
  if (!isFifo(topic)) {
    if (deduplicationId === undefined) return { groupId };
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (!groupId) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  const byContent = topic.attributes['ContentBasedDeduplication'] === 'true';
  if (deduplicationId === undefined && !byContent) {
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId: deduplicationId ?? createHash('sha256').update(text).digest('hex') };
}

import { hash } from 'node:crypto';
import { SECOND } from '../../src/core/clock.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { OutgoingMessage } from '../../src/core/ports/message-queue.ts';
import { invalidParameterValue, invalidValue, missingParameter, notForThisQueueType } from './errors.ts';
import {
  type AttributeInput,
  checkMessageAttributes,
  checkSystemAttributes,
  hasForbiddenCharacter,
  INVALID_CHARACTERS,
  md5OfAttributes,
  sizeOfAttributes,
} from './message-attributes.ts';
import { isFifo, numberOf, type Queue } from './queue.ts';

/** One message as `SendMessage`, a batch entry or a delivery asks for it. */
export interface MessageInput {
  readonly MessageBody: string | undefined;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: AttributeInput | undefined;
  readonly MessageSystemAttributes?: AttributeInput | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

/** Who sends a message. */
export interface Sender {
  readonly id: string;
  /** The id that the message gets. */
  readonly messageId: string;
  /**
   * The trace header of the request: without one of its own the message carries it on, which is how a trace goes through
   * a queue. https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
   */
  readonly traceHeader?: string | undefined;
}

/** A message that may be sent, and what the sender is told of it. */
export interface CheckedMessage {
  readonly message: OutgoingMessage;
  readonly md5OfSystemAttributes: string | undefined;
  /** Body and attributes; system attributes do not count. */
  readonly bytes: number;
}

const MAX_DELAY_SECONDS = 900;
const ID = /^[!-~]{1,128}$/;

/** Checks a message against the queue's rules. Its size is checked by {@link checkSize}, as batches word it otherwise. */
export function checkMessage(queue: Queue, input: MessageInput, sender: Sender): CheckedMessage {
  const body = input.MessageBody;
  if (body === undefined || body === '') throw missingParameter('MessageBody');
  if (hasForbiddenCharacter(body)) throw new ServiceError('InvalidMessageContents', INVALID_CHARACTERS);
  const attributes = checkMessageAttributes(input.MessageAttributes);
  const trace = checkSystemAttributes(input.MessageSystemAttributes);
  const delayMs = checkDelay(queue, input.DelaySeconds);
  checkIds(queue, input);
  return {
    message: {
      id: sender.messageId,
      content: {
        body,
        md5OfBody: hash('md5', body),
        attributes,
        md5OfAttributes: attributes && md5OfAttributes(attributes),
        senderId: sender.id,
        traceHeader: trace?.StringValue ?? sender.traceHeader,
      },
      groupId: input.MessageGroupId,
      deduplicationId: isFifo(queue) ? deduplicationId(queue, input, body) : undefined,
      delayMs,
    },
    md5OfSystemAttributes: trace && md5OfAttributes({ AWSTraceHeader: trace }),
    bytes: Buffer.byteLength(body) + sizeOfAttributes(attributes),
  };
}

/** Refuses a message that is larger than the queue takes. A batch says "cannot be validated" (recorded). */
export function checkSize(
  queue: Queue,
  { bytes }: CheckedMessage,
  verdict: 'are invalid' | 'cannot be validated',
  limit: number = numberOf(queue, 'MaximumMessageSize'),
) {
  if (bytes > limit) {
    const message = `One or more parameters ${verdict}. Reason: Message must be shorter than ${limit} bytes.`;
    throw invalidParameterValue(message);
  }
}

function checkDelay(queue: Queue, seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  if (seconds < 0 || seconds > MAX_DELAY_SECONDS) {
    throw invalidValue(seconds, 'DelaySeconds', `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`);
  }
  if (!isFifo(queue)) return seconds * SECOND;
  // On a FIFO queue the delay is the queue's; 0 is taken for not given (recorded).
  if (seconds > 0) throw notForThisQueueType(seconds, 'DelaySeconds');
  return undefined;
}

function checkIds(queue: Queue, { MessageGroupId, MessageDeduplicationId }: MessageInput): void {
  if (MessageGroupId === undefined && isFifo(queue)) throw missingParameter('MessageGroupId');
  checkId('MessageGroupId', MessageGroupId);
  if (MessageDeduplicationId !== undefined && !isFifo(queue)) {
    throw notForThisQueueType(MessageDeduplicationId, 'MessageDeduplicationId');
  }
  checkId('MessageDeduplicationId', MessageDeduplicationId);
}

/** Checks one of the ids that callers choose. */
export function checkId(parameter: string, id: string | undefined): void {
  if (id === undefined || ID.test(id)) return;
  const reason = `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`;
  throw invalidValue(id, parameter, reason);
}

function deduplicationId(queue: Queue, input: MessageInput, body: string): string {
  if (input.MessageDeduplicationId !== undefined) return input.MessageDeduplicationId;
  if (queue.attributes['ContentBasedDeduplication'] === 'true') {
    return hash('sha256', body);
  }
  throw invalidParameterValue(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

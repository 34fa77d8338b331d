import type { Arn } from '../../../core/arn.ts';
import { readHandle, writeHandle } from '../../../core/message-queue/receipt-handle.ts';
import { sequenceNumberOf } from '../../../core/message-queue/sequence-number.ts';
import type { OutgoingMessage, ReceivedMessage, SentMessage } from '../../../core/ports/message-queue.ts';
import type { Random } from '../../../core/random.ts';
import { contentOf, contentText } from './content-text.ts';

/** A message as the script of a take answers it; empty texts are what it does not have. */
export type ReceivedForm = readonly [
  sequence: string,
  content: string,
  id: string,
  groupId: string,
  deduplicationId: string,
  sentAtMs: number,
  receipt: string,
  receiveCount: number,
  firstReceivedAtMs: number,
  visibleAtMs: number,
  redrivenFrom: string,
];

/** The digits of a sequence in scripts. */
const SEQUENCE_DIGITS = 15;
/** So many receives of one message can be told apart. */
const RECEIPTS = 2 ** 30;

/** A message as the script of a send takes it. */
export const outgoingArguments = (message: OutgoingMessage): readonly (string | number)[] => {
  const { id, content, groupId = '', deduplicationId = '', delayMs = '' } = message;
  return [id, contentText(content), groupId, deduplicationId, delayMs];
};

/** What the script of a send answers: id, sequence and whether it is a duplicate, of each message. */
export function sent(answer: readonly (string | number)[], isFifo: boolean): readonly SentMessage[] {
  const messages: SentMessage[] = [];
  for (let index = 0; index < answer.length; index += 3) {
    const sequenceNumber = isFifo ? sequenceNumberOf(Number(answer[index + 1])) : undefined;
    messages.push({ id: String(answer[index]), sequenceNumber, duplicate: answer[index + 2] === 1 });
  }
  return messages;
}

/** The message that a taker gets. */
export function received(form: ReceivedForm, tag: string, isFifo: boolean): ReceivedMessage {
  const [digits, content, id, groupId, deduplicationId, sentAtMs, receipt, receiveCount, first, visible, from] = form;
  const sequence = Number(digits);
  return {
    id,
    handle: writeHandle({ tag, sequence, receipt }),
    content: contentOf(content),
    groupId: groupId || undefined,
    deduplicationId: deduplicationId || undefined,
    sequenceNumber: isFifo ? sequenceNumberOf(sequence) : undefined,
    sentAtMs,
    receiveCount,
    firstReceivedAtMs: first,
    visibleAtMs: visible,
    redrivenFrom: (from || undefined) as Arn | undefined,
  };
}

/** A receipt handle as scripts take it; one that is none belongs to no queue. */
export function handleArguments(handle: string): readonly string[] {
  const { tag, sequence, receipt } = readHandle(handle) ?? { tag: '', sequence: 0, receipt: '' };
  return [tag, String(sequence).padStart(SEQUENCE_DIGITS, '0'), receipt];
}

/** What tells one receive from the next. */
export const newReceipt = (random: Random): string => Math.floor(random.fraction() * RECEIPTS).toString(36);

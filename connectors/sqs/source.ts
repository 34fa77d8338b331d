import type { Arn } from '../../src/core/arn.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { MessageQueue, ReceivedMessage } from '../../src/core/ports/message-queue.ts';
import type { SqsMessageEvent } from '../../src/core/records/sqs-message.ts';
import type { Poller, PollSource, Taken } from '../../src/core/source.ts';
import type { ResourceDescription } from '../../src/core/target.ts';
import { sizeOfAttributes } from './message-attributes.ts';
import { systemAttributes } from './received-message.ts';

/** What a record of the payload holds beside the message itself, roughly. */
const RECORD_BYTES = 700;
const NO_ATTRIBUTES = {};

/** Queues as event sources of mappings. */
export function createSource(options: {
  readonly queues: MessageQueue;
  readonly journal: Journal;
  readonly describe: (arn: Arn) => Promise<ResourceDescription | undefined>;
}): PollSource {
  const { queues, journal, describe } = options;
  return {
    service: 'sqs',
    describe,
    poller(arn): Poller {
      const settled = createSettling(queues, journal, arn);
      return {
        async take({ maxRecords, visibilityTimeoutMs }, signal) {
          if (signal.aborted) return [];
          const messages = await queues.receive(arn, { max: maxRecords, visibilityTimeoutMs, signal });
          return messages.map((message) => taken(arn, message, settled));
        },
        due: () => queues.due(arn),
        [Symbol.dispose]: () => {},
      };
    },
  };
}

function taken(arn: Arn, message: ReceivedMessage, settled: Settling): Taken {
  const { content } = message;
  return {
    event: eventOf(arn, message),
    bytes: Buffer.byteLength(content.body) + sizeOfAttributes(content.attributes) + RECORD_BYTES,
    expiresAtMs: message.visibleAtMs,
    done: () => settled.remove(message),
    // The visibility timeout brings it back.
    fail: async () => {},
    release: () => settled.release(message),
  };
}

function eventOf(arn: Arn, message: ReceivedMessage): SqsMessageEvent {
  const { content, groupId, sequenceNumber } = message;
  return {
    id: message.id,
    source: 'sqs',
    sourceArn: arn,
    name: 'Message',
    occurredAtMs: message.sentAtMs,
    ...(groupId !== undefined && sequenceNumber !== undefined && { position: { shardId: groupId, sequenceNumber } }),
    traceHeader: content.traceHeader,
    detail: {
      messageId: message.id,
      receiptHandle: message.handle,
      body: content.body,
      md5OfBody: content.md5OfBody,
      attributes: systemAttributes(message),
      messageAttributes: content.attributes ?? NO_ATTRIBUTES,
      md5OfMessageAttributes: content.md5OfAttributes,
    },
  };
}

interface Settling {
  remove(message: ReceivedMessage): Promise<void>;
  release(message: ReceivedMessage): Promise<void>;
}

/** A batch settles its events one by one; what comes in one turn goes to the queue as one call. */
function createSettling(queues: MessageQueue, journal: Journal, arn: Arn): Settling {
  return {
    remove: gather(async (messages) => {
      await queues.remove(arn, handles(messages));
      const what = `SQS deleted ${messages.length} of ${arn.slice(arn.lastIndexOf(':') + 1)}`;
      journal.append({ kind: 'settle', what, eventIds: messages.map(({ id }) => id), arn });
    }),
    release: gather((messages) => queues.release(arn, handles(messages))),
  };
}

const handles = (messages: readonly ReceivedMessage[]) => messages.map(({ handle }) => handle);

function gather<Item>(run: (items: readonly Item[]) => Promise<void>): (item: Item) => Promise<void> {
  let waiting: { readonly items: Item[]; readonly done: Promise<void> } | undefined;
  return (item) => {
    if (waiting === undefined) {
      const items: Item[] = [];
      const flush = () => {
        waiting = undefined;
        return run(items);
      };
      waiting = { items, done: Promise.resolve().then(flush) };
    }
    waiting.items.push(item);
    return waiting.done;
  };
}

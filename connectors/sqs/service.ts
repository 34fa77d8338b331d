import type { Clock } from '../../src/core/clock.ts';
import { HeadwaterError } from '../../src/core/errors.ts';
import type { Journal } from '../../src/core/journal.ts';
import { traceIdOf } from '../../src/core/journal.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import type { MessageQueue, OutgoingMessage, SentMessage } from '../../src/core/ports/message-queue.ts';
import type { Random } from '../../src/core/random.ts';
import type { Timing } from '../../src/core/timing.ts';
import { queueDoesNotExist } from './errors.ts';
import type { MoveTasks } from './move-tasks.ts';
import type { Pauses } from './pauses.ts';
import type { Queue } from './queue.ts';
import type { QueueDirectory } from './queue-directory.ts';

/** What the operations of SQS work on. */
export interface SqsService {
  readonly directory: QueueDirectory;
  readonly queues: MessageQueue;
  readonly tasks: MoveTasks;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly pauses: Pauses;
  /** Who receives, and may wait; aborted when SQS is reset or stops. */
  readonly longPolls: Set<AbortController>;
}

/** Larger bodies are not copied into the journal; the queue holds them. */
const JOURNAL_BODY_CHARACTERS = 64 * 1024;

/** Sends checked messages and tells the journal of each. */
export async function sendMessages(
  { queues, journal }: Pick<SqsService, 'queues' | 'journal'>,
  queue: Queue,
  messages: readonly OutgoingMessage[],
): Promise<readonly SentMessage[]> {
  const sent = await queues.send(queue.arn, messages).catch((error: unknown) => {
    // The queue was deleted while the message was on its way.
    const gone = error instanceof HeadwaterError && error.code === 'QUEUE_MISSING';
    throw gone ? queueDoesNotExist({ protocol: 'json' }) : error;
  });
  for (const [index, { id, duplicate }] of sent.entries()) {
    const { body, traceHeader } = messages[index]?.content ?? { body: '', traceHeader: undefined };
    journal.append({
      kind: 'event',
      what: `SQS message to ${queue.name}${duplicate ? ' (a duplicate, not added)' : ''}`,
      eventIds: [id],
      arn: queue.arn,
      traceId: traceIdOf(traceHeader),
      detail: body.length <= JOURNAL_BODY_CHARACTERS ? { body } : { bytes: body.length },
    });
  }
  return sent;
}

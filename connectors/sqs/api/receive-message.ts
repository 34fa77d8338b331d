import type { ReceiveMessageCommandInput, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import type { Arn } from '../../../src/core/arn.ts';
import { realClock, SECOND } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import type { ReceivedMessage, ReceiveOptions } from '../../../src/core/ports/message-queue.ts';
import { SYSTEM_ATTRIBUTES } from '../../../src/core/records/sqs-message.ts';
import { countEmptyReceive } from '../counted-queues.ts';
import { invalidValue, notForThisQueueType, unknownAttribute } from '../errors.ts';
import { checkId } from '../outgoing-message.ts';
import { isFifo, MAX_IN_FLIGHT, numberOf, type Queue } from '../queue.ts';
import { messageOutput, type Selection } from '../received-message.ts';
import type { SqsService } from '../service.ts';

const MAX_MESSAGES = 10;
const MAX_WAIT_SECONDS = 20;
const MAX_VISIBILITY_SECONDS = 43_200;
const SYSTEM_NAMES: ReadonlySet<string> = new Set(['All', ...SYSTEM_ATTRIBUTES]);

/** Takes up to ten messages; with a wait time it answers as soon as there is one. */
export const receiveMessage: Operation<SqsService, ReceiveMessageCommandInput, ReceiveMessageResult> = async (
  service,
  input,
  context,
) => {
  const poll = new AbortController();
  // From the beginning: whoever resets SQS ends what has not come to waiting yet, too.
  service.longPolls.add(poll);
  try {
    const queue = await service.directory.byUrl(input.QueueUrl, context, 'ReceiveMessage');
    const options = checkOptions(queue, input);
    const selection = selectionOf(input, context);
    const waitSeconds = input.WaitTimeSeconds ?? numberOf(queue, 'ReceiveMessageWaitTimeSeconds');
    let messages = await service.queues.receive(queue.arn, options);
    if (messages.length === 0) await refuseOverLimit(service, queue);
    if (messages.length === 0 && waitSeconds > 0) {
      messages = await longPoll(service, queue.arn, options, { waitMs: waitSeconds * SECOND, context, poll });
    }
    if (messages.length === 0) {
      countEmptyReceive(service.metrics, queue.arn);
      return {};
    }
    return { Messages: messages.map((message) => messageOutput(message, selection)) };
  } finally {
    service.longPolls.delete(poll);
  }
};

function checkOptions(queue: Queue, input: ReceiveMessageCommandInput): ReceiveOptions {
  const { MaxNumberOfMessages: max = 1, VisibilityTimeout, WaitTimeSeconds, ReceiveRequestAttemptId } = input;
  if (max < 1 || max > MAX_MESSAGES) {
    throw invalidValue(max, 'MaxNumberOfMessages', `Must be between 1 and ${MAX_MESSAGES}, if provided.`);
  }
  checkSeconds('WaitTimeSeconds', WaitTimeSeconds, MAX_WAIT_SECONDS);
  checkSeconds('VisibilityTimeout', VisibilityTimeout, MAX_VISIBILITY_SECONDS);
  if (ReceiveRequestAttemptId !== undefined && !isFifo(queue)) {
    throw notForThisQueueType(ReceiveRequestAttemptId, 'ReceiveRequestAttemptId');
  }
  checkId('ReceiveRequestAttemptId', ReceiveRequestAttemptId);
  return {
    max,
    visibilityTimeoutMs: VisibilityTimeout === undefined ? undefined : VisibilityTimeout * SECOND,
    attemptId: ReceiveRequestAttemptId,
  };
}

function checkSeconds(parameter: string, seconds: number | undefined, max: number): void {
  if (seconds === undefined || (seconds >= 0 && seconds <= max)) return;
  throw invalidValue(seconds, parameter, `Must be >= 0 and <= ${max}, if provided.`);
}

/** In the query protocol the older parameter wins over the newer; in JSON both count (recorded). */
function selectionOf(input: ReceiveMessageCommandInput, { protocol }: RequestContext): Selection {
  const older: readonly string[] = input.AttributeNames ?? [];
  const newer: readonly string[] = input.MessageSystemAttributeNames ?? [];
  const system = protocol === 'query' && older.length > 0 ? older : [...older, ...newer];
  const unknown = system.find((name) => !SYSTEM_NAMES.has(name));
  if (unknown !== undefined) throw unknownAttribute(unknown);
  return { system, user: input.MessageAttributeNames ?? [] };
}

/** A standard queue says when too much is in flight; a FIFO queue just has nothing to give. */
async function refuseOverLimit({ queues }: SqsService, queue: Queue): Promise<void> {
  if (isFifo(queue) || (await queues.counts(queue.arn)).inFlight < MAX_IN_FLIGHT) return;
  throw new ServiceError('OverLimit', 'The maximum number of in flight messages is reached.', { status: 403 });
}

interface Wait {
  readonly waitMs: number;
  readonly context: RequestContext;
  readonly poll: AbortController;
}

/** A client's wait is real time, whatever clock the user chose: its socket waits too. */
async function longPoll(
  service: SqsService,
  arn: Arn,
  options: ReceiveOptions,
  { waitMs, context, poll }: Wait,
): Promise<readonly ReceivedMessage[]> {
  const end = () => poll.abort();
  if (context.signal.aborted) end();
  context.signal.addEventListener('abort', end, { once: true });
  try {
    using _timer = realClock.setTimer(waitMs, end);
    return await service.queues.receive(arn, { ...options, signal: poll.signal });
  } finally {
    context.signal.removeEventListener('abort', end);
  }
}

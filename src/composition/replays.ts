import type { FailureQueue } from '../../mappings/replay/failure/failure-queue.ts';
import type { ReplayOptions } from '../../mappings/replay/replay.ts';
import type { CallService } from '../config/apply/applying.ts';
import { type Arn, parseArn, type Scope } from '../core/arn.ts';
import { MINUTE, SECOND } from '../core/clock.ts';
import { HeadwaterError, ServiceError } from '../core/errors.ts';
import type { Replays } from '../core/replay.ts';

/** Calls the public API as a client of an account and region does. */
export type CallIn = (scope: Scope) => Promise<CallService>;

/** Runs the past again; none of it is loaded before it is asked for. */
export async function openReplays(
  options: Omit<ReplayOptions, 'queue' | 'writeItem'>,
  callIn: CallIn,
): Promise<Replays> {
  const { createReplay } = await import('../../mappings/replay/replay.ts');
  return createReplay({
    ...options,
    queue: failureQueue(callIn),
    async writeItem(arn, write, traceHeader) {
      const { table, call } = await tableAt(callIn, arn);
      if ('put' in write) await call('dynamodb', 'PutItem', { TableName: table, Item: write.put }, traceHeader);
      else await call('dynamodb', 'DeleteItem', { TableName: table, Key: write.remove }, traceHeader);
    },
  });
}

async function tableAt(callIn: CallIn, arn: Arn) {
  const { resource, ...scope } = requireParts(arn);
  return { table: resource.slice(resource.indexOf('/') + 1), call: await callIn(scope) };
}

/** Longer than any function runs. */
const HIDDEN_MS = 16 * MINUTE;

/** A queue as its clients see it. */
function failureQueue(callIn: CallIn): FailureQueue {
  return {
    async take(queue) {
      const { resource: QueueName, ...scope } = requireParts(queue);
      const call = await callIn(scope);
      const { QueueUrl } = await call('sqs', 'GetQueueUrl', { QueueName }).catch((cause) => refuse(queue, cause));
      const VisibilityTimeout = HIDDEN_MS / SECOND;
      const { Messages = [] } = await call('sqs', 'ReceiveMessage', {
        ...{ QueueUrl, VisibilityTimeout, MaxNumberOfMessages: 1, WaitTimeSeconds: 0 },
      });
      const [message] = Messages as readonly { MessageId: string; ReceiptHandle: string; Body: string }[];
      if (!message) return undefined;
      const { ReceiptHandle } = message;
      return {
        id: message.MessageId,
        body: message.Body,
        remove: async () => void (await call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle })),
        release: async () =>
          void (await call('sqs', 'ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })),
      };
    },
  };
}

/** SQS says that the queue does not exist, and not which. */
function refuse(queue: Arn, cause: unknown): never {
  if (!(cause instanceof ServiceError && cause.code === 'QueueDoesNotExist')) throw cause;
  throw new HeadwaterError('UNKNOWN_QUEUE', `There is no queue ${queue}`, { cause });
}

function requireParts(arn: Arn) {
  const parts = parseArn(arn);
  if (parts) return parts;
  throw new HeadwaterError('INVALID_ARN', `${arn} is no ARN`);
}

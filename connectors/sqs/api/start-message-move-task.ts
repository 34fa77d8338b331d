import type { StartMessageMoveTaskCommandInput, StartMessageMoveTaskResult } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameterValue, missingParameter, resourceNotFound } from '../errors.ts';
import { isFifo, type Queue } from '../queue.ts';
import type { SqsService } from '../service.ts';
import { checkArn, taskHandle } from '../task-handle.ts';

const MAX_PER_SECOND = 500;

/** Starts moving a dead-letter queue's messages to a queue, or each back to where it came from. */
export const startMessageMoveTask: Operation<
  SqsService,
  StartMessageMoveTaskCommandInput,
  StartMessageMoveTaskResult
> = async (service, input) => {
  const source = await findSource(service, input.SourceArn);
  const destination = await findDestination(service, source, input.DestinationArn);
  const perSecond = input.MaxNumberOfMessagesPerSecond;
  if (perSecond !== undefined && (perSecond < 1 || perSecond > MAX_PER_SECOND)) {
    throw invalidParameterValue(
      `Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must enter a number that's between 1 and ${MAX_PER_SECOND}.`,
    );
  }
  const id = service.random.uuid();
  const started = await service.tasks.start({ id, source: source.arn, destination: destination?.arn, perSecond });
  if (!started) {
    throw invalidParameterValue(
      'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    );
  }
  return { TaskHandle: taskHandle({ taskId: id, sourceArn: source.arn }) };
};

async function findSource({ directory }: SqsService, arn: string | undefined): Promise<Queue> {
  if (arn === undefined) throw missingParameter('SourceArn');
  checkArn(arn, 'SourceArn');
  const queue = await directory.findArn(arn);
  if (!queue) throw resourceNotFound("The resource that you specified for the SourceArn parameter doesn't exist.");
  if ((await directory.sourcesOf(queue)).length === 0) {
    throw invalidParameterValue('Source queue must be configured as a Dead Letter Queue.');
  }
  return queue;
}

async function findDestination(
  { directory }: SqsService,
  source: Queue,
  arn: string | undefined,
): Promise<Queue | undefined> {
  if (arn === undefined) return undefined;
  checkArn(arn, 'DestinationArn');
  const queue = await directory.findArn(arn);
  if (!queue) throw resourceNotFound("The resource that you specified for the DestinationArn parameter doesn't exist.");
  if (queue.arn === source.arn) {
    throw invalidParameterValue('Source queue arn and destination queue arn cannot be the same.');
  }
  if (isFifo(queue) !== isFifo(source)) {
    throw invalidParameterValue('The source queue and destination queue must be of the same queue type.');
  }
  return queue;
}

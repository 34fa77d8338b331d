import type {
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksResult,
  ListMessageMoveTasksResultEntry,
} from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameterValue, missingParameter, resourceNotFound } from '../errors.ts';
import type { MoveTask } from '../move-task-store.ts';
import type { SqsService } from '../service.ts';
import { checkArn, taskHandle } from '../task-handle.ts';

const MAX_RESULTS = 10;

/** The tasks of a source, newest first; one unless more are asked for. */
export const listMessageMoveTasks: Operation<
  SqsService,
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksResult
> = async (service, input) => {
  if (input.SourceArn === undefined) throw missingParameter('SourceArn');
  checkArn(input.SourceArn, 'SourceArn');
  const queue = await service.directory.findArn(input.SourceArn);
  if (!queue) throw resourceNotFound("The resource that you specified for the SourceArn parameter doesn't exist.");
  const max = input.MaxResults ?? 1;
  if (max < 1 || max > MAX_RESULTS) {
    throw invalidParameterValue(
      `Value for parameter MaxResults is invalid. Reason: You must enter a number that's between 1 and ${MAX_RESULTS}.`,
    );
  }
  return { Results: (await service.tasks.list(queue.arn)).slice(0, max).map(entryOf) };
};

function entryOf(task: MoveTask): ListMessageMoveTasksResultEntry {
  const running = task.status === 'RUNNING';
  return {
    ...(running && { TaskHandle: taskHandle({ taskId: task.id, sourceArn: task.source }) }),
    Status: task.status,
    SourceArn: task.source,
    ...(task.destination && { DestinationArn: task.destination }),
    ...(task.perSecond && { MaxNumberOfMessagesPerSecond: task.perSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failureReason && { FailureReason: task.failureReason }),
    StartedTimestamp: task.startedAtMs,
  };
}

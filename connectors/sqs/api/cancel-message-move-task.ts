import type { CancelMessageMoveTaskCommandInput, CancelMessageMoveTaskResult } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { missingParameter, resourceNotFound } from '../errors.ts';
import type { SqsService } from '../service.ts';
import { parseTaskHandle } from '../task-handle.ts';

/** Ends a running task; what it moved stays moved. */
export const cancelMessageMoveTask: Operation<
  SqsService,
  CancelMessageMoveTaskCommandInput,
  CancelMessageMoveTaskResult
> = async (service, input) => {
  if (!input.TaskHandle) throw missingParameter('TaskHandle');
  const { taskId, sourceArn } = parseTaskHandle(input.TaskHandle);
  const queue = await service.directory.findArn(sourceArn);
  if (!queue) throw resourceNotFound("The resource that you specified for the SourceArn parameter doesn't exist.");
  const task = await service.tasks.cancel(queue.arn, taskId);
  if (!task) throw resourceNotFound('Task does not exist.');
  return { ApproximateNumberOfMessagesMoved: task.moved };
};

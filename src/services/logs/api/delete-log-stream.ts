import type { DeleteLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { streamNotFound } from '../errors.ts';
import { storeKey } from '../group/log-group.ts';
import type { LogsService } from '../service.ts';

/** Forgets a stream and its events. */
export const deleteLogStream: Operation<LogsService, DeleteLogStreamRequest, void> = async (
  { groups, logs },
  input,
  context,
) => {
  const group = await groups.of(input, context);
  if (!(await logs.remove(storeKey(group), input.logStreamName ?? ''))) throw streamNotFound();
};

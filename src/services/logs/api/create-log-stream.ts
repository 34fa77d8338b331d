import type { CreateLogStreamRequest } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { alreadyExists } from '../errors.ts';
import { checkName } from '../group/group-directory.ts';
import { storeKey } from '../group/log-group.ts';
import type { LogsService } from '../service.ts';

/** Makes an empty stream. */
export const createLogStream: Operation<LogsService, CreateLogStreamRequest, void> = async (
  { groups, logs, clock },
  input,
  context,
) => {
  const { logStreamName = '' } = input;
  checkName(logStreamName);
  const group = await groups.of(input, context);
  if (!(await logs.create(storeKey(group), logStreamName, clock.nowMs()))) throw alreadyExists('log stream');
};

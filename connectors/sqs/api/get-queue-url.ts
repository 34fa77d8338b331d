import type { GetQueueUrlCommandInput, GetQueueUrlResult } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { checkAccount } from '../account-access.ts';
import { invalidParameterValue, queueDoesNotExist } from '../errors.ts';
import { queueUrl } from '../queue.ts';
import type { SqsService } from '../service.ts';

/** The URL of a queue of that name, in the caller's or another account. */
export const getQueueUrl: Operation<SqsService, GetQueueUrlCommandInput, GetQueueUrlResult> = async (
  service,
  input,
  context,
) => {
  if (!input.QueueName) {
    throw invalidParameterValue('Value for parameter QueueName is invalid. Reason: Must specify a queue name.');
  }
  const scope = { account: input.QueueOwnerAWSAccountId ?? context.account, region: context.region };
  const queue = await service.directory.find(scope, input.QueueName);
  if (!queue) throw queueDoesNotExist(context);
  checkAccount(queue, context, 'GetQueueUrl');
  return { QueueUrl: queueUrl(context.origin, queue) };
};

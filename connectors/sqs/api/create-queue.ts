import type { CreateQueueCommandInput, CreateQueueResult } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { invalidParameterValue, invalidValue, unknownAttribute } from '../errors.ts';
import { type Queue, queueArn, queueUrl } from '../queue.ts';
import { changeAttributes, checkAttribute, initialAttributes } from '../queue-attributes.ts';
import { checkRedrivePolicy, jsonMap } from '../redrive-policy-check.ts';
import type { SqsService } from '../service.ts';
import { checkTags } from '../tags.ts';

const NAME = /^[\w-]{1,80}$/;
const FIFO_NAME = /^(?=.{6,80}$)[\w-]+\.fifo$/;
const NAME_RULE = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
const FIFO_NAME_RULE =
  'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.';

/** Creates a queue. One that is there already is answered with, unless an attribute that was given differs. */
export const createQueue: Operation<SqsService, CreateQueueCommandInput, CreateQueueResult> = async (
  service,
  input,
  context,
) =>
  await service.directory.change(async () => {
    const given: Readonly<Record<string, string | undefined>> = input.Attributes ?? {};
    const name = checkName(input.QueueName, given['FifoQueue']);
    const fifo = name.endsWith('.fifo');
    const existing = await service.directory.find(context, name);
    if (existing) {
      refuseDifference(existing, given, fifo);
      return { QueueUrl: queueUrl(context.origin, existing) };
    }
    const arn = queueArn(context, name);
    await refuseSoonAfterDeletion(service, arn);
    const changed = changeAttributes(initialAttributes(fifo), given);
    const policy = changed['RedrivePolicy'];
    const find = service.directory.findArn;
    const place = { account: context.account, region: context.region, arn };
    const redrive = policy ? { RedrivePolicy: await checkRedrivePolicy(policy, { ...place, fifo }, find) } : {};
    const nowMs = service.clock.nowMs();
    const queue: Queue = {
      ...place,
      name,
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
      attributes: { ...changed, ...redrive },
      tags: checkTags(name, input.tags ?? {}),
    };
    await service.directory.create(queue);
    return { QueueUrl: queueUrl(context.origin, queue) };
  });

function checkName(name: string | undefined, fifoQueue: string | undefined): string {
  if (name === undefined) {
    throw invalidParameterValue('Value for parameter QueueName is invalid. Reason: Must specify a queue name.');
  }
  if (name === '') throw invalidParameterValue('Queue name cannot be empty');
  if (fifoQueue != null && fifoQueue.toLowerCase() !== 'true') throw unknownAttribute('FifoQueue');
  if (fifoQueue == null && !NAME.test(name)) throw invalidParameterValue(NAME_RULE);
  if (fifoQueue != null && !FIFO_NAME.test(name)) throw invalidValue(name, 'QueueName', FIFO_NAME_RULE);
  return name;
}

function refuseDifference(queue: Queue, given: Readonly<Record<string, string | undefined>>, fifo: boolean): void {
  for (const [name, value] of Object.entries(given)) {
    if (value == null) continue;
    const wanted = checkAttribute(name, value, fifo);
    if (comparable(name, wanted) === comparable(name, queue.attributes[name] ?? '')) continue;
    const message = `A queue already exists with the same name and a different value for attribute ${name}`;
    throw new ServiceError('QueueNameExists', message);
  }
}

/** Redrive policies are equal when they say the same, however they are written. */
function comparable(name: string, value: string): string {
  if (name !== 'RedrivePolicy') return value;
  const { deadLetterTargetArn, maxReceiveCount } = jsonMap(value) ?? {};
  return `${deadLetterTargetArn} ${maxReceiveCount}`;
}

async function refuseSoonAfterDeletion({ pauses }: SqsService, arn: string): Promise<void> {
  if (!(await pauses.isBarred('recreate', arn))) return;
  throw new ServiceError(
    'QueueDeletedRecently',
    'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
  );
}

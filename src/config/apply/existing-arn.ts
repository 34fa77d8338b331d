import { HeadwaterError } from '../../core/errors.ts';
import { type Applying, orAbsent } from './applying.ts';

/** What a declaration names and expects to be there. */
type ReceivingService = 'lambda' | 'sqs' | 'sns' | 'kinesis' | 'events' | 'logs';

/** How people call such a resource, and the call that says whether it is there. */
interface LookUp {
  readonly kind: string;
  readonly operation: string;
  readonly input: (name: string, arn: string) => Readonly<Record<string, string>>;
}

const LOOK_UPS: Readonly<Record<ReceivingService, LookUp>> = {
  lambda: {
    kind: 'function',
    operation: 'GetFunctionConfiguration',
    input: (FunctionName) => ({ FunctionName }),
  },
  sqs: { kind: 'queue', operation: 'GetQueueUrl', input: (QueueName) => ({ QueueName }) },
  sns: { kind: 'topic', operation: 'GetTopicAttributes', input: (_name, TopicArn) => ({ TopicArn }) },
  kinesis: { kind: 'stream', operation: 'DescribeStreamSummary', input: (StreamName) => ({ StreamName }) },
  events: { kind: 'event bus', operation: 'DescribeEventBus', input: (Name) => ({ Name }) },
  logs: { kind: 'log group', operation: 'ListTagsForResource', input: (_name, resourceArn) => ({ resourceArn }) },
};

/**
 * The ARN of what is named. A name in a config that nothing has is a mistake: topics and schedules would take it and find
 * out when they deliver, others refuse it without saying which name they mean. An ARN is taken as it is.
 */
export async function existingArn(
  { call, arnOf }: Pick<Applying, 'call' | 'arnOf'>,
  service: ReceivingService,
  nameOrArn: string,
): Promise<string> {
  const arn = arnOf(service, nameOrArn);
  if (arn === nameOrArn) return arn;
  const { kind, operation, input } = LOOK_UPS[service];
  if (await orAbsent(call(service, operation, input(nameOrArn, arn)))) return arn;
  throw new HeadwaterError(
    'UNKNOWN_NAME',
    `There is no ${kind} "${nameOrArn}": declare it, or correct the name; an ARN is taken as it is`,
  );
}

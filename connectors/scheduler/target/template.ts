import { parseArn } from '../../../src/core/arn.ts';
import type { Delivery } from '../../../src/core/target.ts';
import type { ScheduleTarget } from '../schedule/schedule.ts';

/** A target that is named by its resource alone: which operation AWS calls there, and with what. */
export interface Template {
  /** As the ARN of a universal target has it. */
  readonly action: string;
  /** What the resource part of its ARNs looks like. */
  readonly resource: RegExp;
  /** The member with settings that only such targets have. */
  readonly parameters?: 'EventBridgeParameters' | 'KinesisParameters' | 'SqsParameters';
  readonly needsParameters?: boolean;
  readonly needsJson?: boolean;
  /** How its delivery differs from others. */
  delivery(target: ScheduleTarget): Pick<Delivery, 'groupId' | 'key' | 'event'>;
  /** The request that AWS makes of it, which is what a dead letter tells. */
  request(target: ScheduleTarget, input: string): Readonly<Record<string, unknown>>;
}

/**
 * By the service of the ARN. docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html; AWS has
 * templates for some services more, which are not here.
 */
const TEMPLATES: Readonly<Record<string, Template>> = {
  lambda: {
    action: 'lambda:invoke',
    resource: /^function:[^:]+(:[^:]+)?$/,
    needsJson: true,
    delivery: () => ({}),
    request: ({ Arn }, Payload) => ({ FunctionName: Arn, InvocationType: 'Event', Payload }),
  },
  sqs: {
    action: 'sqs:sendMessage',
    resource: /^[\w-]+(\.fifo)?$/,
    parameters: 'SqsParameters',
    delivery: ({ SqsParameters }) => ({ groupId: SqsParameters?.MessageGroupId }),
    request: ({ Arn, SqsParameters }, MessageBody) => ({ MessageBody, ...SqsParameters, QueueUrl: queueUrl(Arn) }),
  },
  sns: {
    action: 'sns:publish',
    resource: /^[\w-]+(\.fifo)?$/,
    delivery: () => ({}),
    request: ({ Arn: TopicArn }, Message) => ({ Message, TopicArn }),
  },
  kinesis: {
    action: 'kinesis:putRecord',
    resource: /^stream\/[\w.-]+$/,
    parameters: 'KinesisParameters',
    needsParameters: true,
    delivery: ({ KinesisParameters }) => ({ key: KinesisParameters?.PartitionKey ?? '' }),
    request: ({ Arn: StreamARN, KinesisParameters }, Data) => ({ Data, ...KinesisParameters, StreamARN }),
  },
  events: {
    action: 'eventbridge:putEvents',
    resource: /^event-bus\/[\w./-]+$/,
    parameters: 'EventBridgeParameters',
    needsParameters: true,
    needsJson: true,
    delivery: ({ EventBridgeParameters }) => {
      const { Source: source = '', DetailType: detailType = '' } = EventBridgeParameters ?? {};
      return { event: { source, detailType, resources: [] } };
    },
    request: ({ Arn: EventBusName, EventBridgeParameters }, Detail) => ({
      Entries: [{ Detail, ...EventBridgeParameters, EventBusName }],
    }),
  },
};

/** The template for targets of a service, if there is one. */
export const templateFor = (service: string): Template | undefined =>
  Object.hasOwn(TEMPLATES, service) ? TEMPLATES[service] : undefined;

function queueUrl(arn: string): string {
  const { region = '', account = '', resource = '' } = parseArn(arn) ?? {};
  return `https://sqs.${region}.amazonaws.com/${account}/${resource}`;
}

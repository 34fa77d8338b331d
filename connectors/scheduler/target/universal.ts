import { parseArn, type Scope } from '../../../src/core/arn.ts';
import { invalidRequest } from '../errors.ts';

/** The operations of others that schedules can call, by the names that this endpoint knows the services by. */
export type CalledService = 'sqs' | 'sns' | 'lambda' | 'kinesis' | 'events';

/** Calls operations of other services as a client of an account and region does. */
export type CallIn = (
  scope: Scope,
) => Promise<(service: CalledService, operation: string, input: Record<string, unknown>) => Promise<unknown>>;

/** An operation that a schedule calls with a request of its own: AWS calls that a universal target. */
export interface Universal {
  /** As the ARN has it. */
  readonly action: string;
  readonly service: CalledService;
  readonly operation: string;
  readonly required: readonly string[];
  /** Makes of JSON what operations take: bytes and dates. Throws `ServiceError` where that cannot be. */
  input?(request: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** Those that AWS's guide has examples of, and their like; AWS calls thousands. */
const UNIVERSALS: readonly Universal[] = [
  { action: 'sqs:sendMessage', service: 'sqs', operation: 'SendMessage', required: ['MessageBody', 'QueueUrl'] },
  { action: 'sns:publish', service: 'sns', operation: 'Publish', required: ['Message'] },
  {
    action: 'lambda:invoke',
    service: 'lambda',
    operation: 'Invoke',
    required: ['FunctionName'],
    input: ({ Payload, ...others }) => ({ ...others, ...(Payload !== undefined && { Payload: bytesOf(Payload) }) }),
  },
  {
    action: 'kinesis:putRecord',
    service: 'kinesis',
    operation: 'PutRecord',
    required: ['Data', 'PartitionKey'],
    input: ({ Data, ...others }) => ({ ...others, Data: bytesOf(Data) }),
  },
  {
    action: 'eventbridge:putEvents',
    service: 'events',
    operation: 'PutEvents',
    required: ['Entries'],
    input: ({ Entries, ...others }) => ({
      ...others,
      Entries: Array.isArray(Entries) ? Entries.map(withTime) : Entries,
    }),
  },
];

/** `sqs:sendMessage` of `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`; `undefined` when the ARN is no such one. */
export function universalAction(arn: string): string | undefined {
  const { service, resource = '' } = parseArn(arn) ?? {};
  return service === 'scheduler' && resource.startsWith('aws-sdk:') ? resource.slice('aws-sdk:'.length) : undefined;
}

/** The operation of that name, if schedules can call it here. */
export const universalFor = (action: string): Universal | undefined =>
  UNIVERSALS.find((universal) => universal.action === action);

/** Its input is a text, or JSON that stands for its text. */
const bytesOf = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

function withTime(entry: unknown): unknown {
  const { Time: time, ...others } = Object(entry) as { readonly Time?: string | number };
  if (time === undefined) return entry;
  const date = new Date(typeof time === 'number' ? time * 1000 : time);
  if (Number.isNaN(date.getTime())) throw invalidRequest(`Time ${time} is no date.`);
  return { ...others, Time: date };
}

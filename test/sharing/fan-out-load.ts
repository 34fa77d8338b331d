import { realClock, SECOND } from '../../src/core/clock.ts';
import { events, lambda, logs, scheduler, sns, sqs } from '../support/raw-client.ts';
import type { Line } from './load.ts';

const ARN = 'us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/scheduler';
const FUNCTION_ARN = `arn:aws:lambda:${ARN}:function:report`;
const TOPIC_ARN = `arn:aws:sns:${ARN}:news`;
const FIFO_TOPIC_ARN = `arn:aws:sns:${ARN}:news.fifo`;
const SCHEDULED_AHEAD_MS = 3 * SECOND;
const LOG = { logGroupName: 'clicks', logStreamName: 'all' };

/** Topics, a rule and a log group that pass on to the function `report` what they get. */
export async function setUpFanOut(endpoint: string): Promise<void> {
  for (const service of ['sns', 'events', 'logs', 'scheduler']) {
    const permission = { StatementId: service, Action: 'lambda:InvokeFunction', Principal: `${service}.amazonaws.com` };
    await lambda(endpoint, 'POST', '/2015-03-31/functions/report/policy', JSON.stringify(permission));
  }
  await sns(endpoint, 'CreateTopic', { Name: 'news' });
  await sns(endpoint, 'Subscribe', { TopicArn: TOPIC_ARN, Protocol: 'lambda', Endpoint: FUNCTION_ARN });
  await setUpFifoTopic(endpoint);
  await events(endpoint, 'PutRule', { Name: 'clicks', EventPattern: '{"source":["load"]}' });
  await events(endpoint, 'PutTargets', { Rule: 'clicks', Targets: [{ Id: 'report', Arn: FUNCTION_ARN }] });
  await logs(endpoint, 'CreateLogGroup', { logGroupName: LOG.logGroupName });
  await logs(endpoint, 'CreateLogStream', LOG);
  await logs(endpoint, 'PutSubscriptionFilter', {
    ...{ logGroupName: LOG.logGroupName, filterName: 'report', filterPattern: '', destinationArn: FUNCTION_ARN },
  });
}

async function setUpFifoTopic(endpoint: string): Promise<void> {
  const fifo = { 'Attributes.entry.1.key': 'FifoTopic', 'Attributes.entry.1.value': 'true' };
  await sns(endpoint, 'CreateTopic', { Name: 'news.fifo', ...fifo });
  const Attributes = { VisibilityTimeout: '10', FifoQueue: 'true' };
  await sqs(endpoint, 'CreateQueue', { QueueName: 'news.fifo', Attributes });
  await sns(endpoint, 'Subscribe', {
    ...{ TopicArn: FIFO_TOPIC_ARN, Protocol: 'sqs', Endpoint: `arn:aws:sqs:${ARN}:news.fifo` },
    ...{ 'Attributes.entry.1.key': 'RawMessageDelivery', 'Attributes.entry.1.value': 'true' },
  });
  const mapping = { FunctionName: 'report', EventSourceArn: `arn:aws:sqs:${ARN}:news.fifo` };
  await lambda(endpoint, 'POST', '/2015-03-31/event-source-mappings', JSON.stringify(mapping));
}

/** What is published, put on the bus, planned or logged. */
export const fanOutLines: readonly Line[] = [
  {
    ...{ name: 'publication', ordered: false },
    send: (endpoint, Message) => sns(endpoint, 'Publish', { TopicArn: TOPIC_ARN, Message }),
  },
  {
    ...{ name: 'publication-in-group', ordered: true },
    send: (endpoint, Message) =>
      sns(endpoint, 'Publish', {
        ...{ TopicArn: FIFO_TOPIC_ARN, Message, MessageGroupId: 'one', MessageDeduplicationId: Message },
      }),
  },
  { name: 'event', ordered: false, send: putEvent },
  { name: 'schedule', ordered: false, laterMs: SCHEDULED_AHEAD_MS, send: scheduleSoon },
  {
    ...{ name: 'line-of-log', ordered: false },
    send: (endpoint, message) =>
      logs(endpoint, 'PutLogEvents', { ...LOG, logEvents: [{ timestamp: realClock.nowMs(), message }] }),
  },
];

async function putEvent(endpoint: string, id: string): Promise<void> {
  const entry = { Source: 'load', DetailType: 'Click', Detail: JSON.stringify({ id }) };
  const { FailedEntryCount } = await events(endpoint, 'PutEvents', { Entries: [entry] });
  if (FailedEntryCount !== 0) throw new Error(`${id} was not put`);
}

/** A schedule whose only instant was over when it was stored fires nothing: on a busy machine it gets a later one. */
async function scheduleSoon(endpoint: string, id: string): Promise<void> {
  for (let aheadMs = SCHEDULED_AHEAD_MS; ; aheadMs *= 2) {
    const atMs = realClock.nowMs() + aheadMs;
    await scheduleAt(endpoint, id, atMs);
    if (realClock.nowMs() < atMs - SECOND) return;
    // It deletes itself when it has fired.
    const isThere = await scheduler(endpoint, 'DELETE', `/schedules/${id}`, '').then(
      () => true,
      () => false,
    );
    if (!isThere) return;
  }
}

/** Invokes the function once with an id, in the second of that instant. */
export async function scheduleAt(endpoint: string, id: string, atMs: number): Promise<void> {
  const input = {
    ScheduleExpression: `at(${new Date(atMs).toISOString().slice(0, 19)})`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: FUNCTION_ARN, RoleArn: ROLE, Input: JSON.stringify({ id }) },
  };
  await scheduler(endpoint, 'POST', `/schedules/${id}`, JSON.stringify(input));
}

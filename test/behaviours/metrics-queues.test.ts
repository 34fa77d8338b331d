// docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
import { expect, it } from 'vitest';
import { createSqs } from '../../connectors/sqs/connector.ts';
import { MINUTE } from '../../src/core/clock.ts';
import { seededRandom } from '../../src/core/random.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { operationFiles } from '../../src/package-files.ts';
import { createCloudWatch } from '../../src/services/cloudwatch/cloudwatch.ts';
import { callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests } from '../support/test-ground.ts';

const openGround = groundForTests(START_MS, ['tables', 'leases', 'queues', 'registry']);

/** SQS, and the CloudWatch that hears of it. */
function startQueues() {
  const { tables, leases, queues, registry, clock, activity, atEnd } = openGround();
  const common = { clock, activity, leases, random: seededRandom(7), journal: { append: () => {} } };
  const cloudwatch = createCloudWatch({ ...common, tables, operations: operationFiles('src/services/cloudwatch/api') });
  const sqs = createSqs({
    ...{ ...common, queues, registry, timing: promptTiming, enforcePolicies: false },
    ...{ operations: operationFiles('connectors/sqs/api'), metrics: cloudwatch.metrics },
  });
  atEnd(() => sqs.close());
  atEnd(() => cloudwatch.close());
  const call = callsTo(sqs.api, cloudwatch.api);
  const told = async (MetricName: string, Stat: string): Promise<readonly number[]> => {
    const Metric = { Namespace: 'AWS/SQS', MetricName, Dimensions: [{ Name: 'QueueName', Value: 'orders' }] };
    const { MetricDataResults } = await call('GetMetricData', {
      MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat } }],
      ...{ StartTime: new Date(START_MS), EndTime: new Date(START_MS + 60 * MINUTE), ScanBy: 'TimestampAscending' },
    });
    return MetricDataResults[0].Values;
  };
  return { call, told, clock };
}

it('counts what goes through a queue, and what is in it', async () => {
  const { call, told, clock } = startQueues();
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'orders' });
  for (const MessageBody of ['a', 'bc', 'def']) await call('SendMessage', { QueueUrl, MessageBody });
  const { Messages } = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 2 });
  await call('DeleteMessage', { QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle });
  expect(await told('NumberOfMessagesSent', 'Sum')).toEqual([3]);
  expect(await told('SentMessageSize', 'Maximum')).toEqual([3]);
  expect(await told('NumberOfMessagesReceived', 'Sum')).toEqual([2]);
  expect(await told('NumberOfMessagesDeleted', 'Sum')).toEqual([1]);
  expect(await told('ApproximateNumberOfMessagesVisible', 'Maximum')).toEqual([1]);
  expect(await told('ApproximateNumberOfMessagesNotVisible', 'Maximum')).toEqual([1]);

  // The message comes back, and nothing else happens.
  await clock.advance(MINUTE);
  expect(await told('ApproximateNumberOfMessagesVisible', 'Maximum')).toEqual([1, 2]);
});

it('counts receives that got nothing', async () => {
  const { call, told } = startQueues();
  const { QueueUrl } = await call('CreateQueue', { QueueName: 'orders' });
  await call('ReceiveMessage', { QueueUrl });
  await call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 1 });
  expect(await told('NumberOfEmptyReceives', 'Sum')).toEqual([2]);
  expect(await told('NumberOfMessagesReceived', 'Sum')).toEqual([]);
});

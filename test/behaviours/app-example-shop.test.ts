// README.md, "Fan-out and time": the example examples/shop, where a topic, an event bus and a schedule set functions off.
import { join } from 'node:path';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { HOUR } from '../../src/core/clock.ts';
import { startTestKit } from '../../src/testing.ts';
import { projectRoot } from '../support/source-files.ts';

const orders = [
  { id: 'o-1', customer: 'ada', weight: 2, price: 20 },
  // Nothing to ship.
  { id: 'o-2', customer: 'gil', weight: 0, price: 5 },
  // Shipping it fails.
  { id: 'o-3', weight: 1, price: 7 },
];

test('orders are charged and shipped, their customers written to, and the day is reported', async () => {
  await using kit = await startTestKit({ config: join(projectRoot, 'examples/shop/headwater.config.json') });
  const sns = new SNSClient(kit.clientConfig());
  const sqs = new SQSClient(kit.clientConfig());
  const messages = async (queue: string) => {
    const QueueUrl = `${kit.endpoint}/000000000000/${queue}`;
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    return (await sqs.send(receive)).Messages?.map(({ Body = '' }) => JSON.parse(Body)) ?? [];
  };

  const PublishBatchRequestEntries = orders.map((order) => ({ Id: order.id, Message: JSON.stringify(order) }));
  const TopicArn = 'arn:aws:sns:us-east-1:000000000000:orders';
  const { Successful = [] } = await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
  await kit.untilIdle();
  const text = expect.stringMatching(/^Your order o-1 left us at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\.$/);
  expect(await messages('letters')).toEqual([{ to: 'ada', text }]);
  expect(kit.logs.map((line) => line.text)).toContainEqual(
    expect.stringMatching(/letter to ada: Your order o-1 left us/),
  );
  // The function in between carries on the trace of its event, so that the journal tells the whole way.
  const first = Successful.find(({ Id }) => Id === 'o-1');
  const journal = await fetch(`${kit.endpoint}/_headwater/journal?event=${first?.MessageId}`);
  expect(await journal.text()).toContain('SQS message to letters');

  await kit.advance(26 * HOUR);
  const day = expect.stringMatching(/^\d{4}-\d\d-\d\dT1[67]:00:00Z$/);
  expect((await messages('reports'))[0]).toEqual({ day, orders: 3, total: 32 });
  expect(await messages('shipping-failed')).toEqual([orders[2]]);
});

// README.md, "In tests": an endpoint on a free port that keeps nothing, whose time moves when the test says so.
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { startHeadwater } from '../../src/index.ts';
import { startTestKit } from '../../src/testing.ts';

test('starts on a port of its own, and two do not know each other', async () => {
  await using one = await startTestKit();
  await using two = await startTestKit();
  expect(one.endpoint).not.toBe(two.endpoint);
  await new SQSClient(one.clientConfig()).send(new CreateQueueCommand({ QueueName: 'orders' }));
  const { QueueUrls = [] } = await new SQSClient(two.clientConfig()).send(new ListQueuesCommand({}));
  expect(QueueUrls).toEqual([]);
});

test('hands out clients of separate accounts', async () => {
  await using kit = await startTestKit();
  await new SQSClient(kit.clientConfig('111111111111')).send(new CreateQueueCommand({ QueueName: 'orders' }));
  const other = new SQSClient(kit.clientConfig('222222222222'));
  await expect(other.send(new GetQueueUrlCommand({ QueueName: 'orders' }))).rejects.toThrow('does not exist');
});

test('a message comes back when its visibility timeout has passed on the virtual clock', async () => {
  await using kit = await startTestKit();
  const sqs = new SQSClient(kit.clientConfig());
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
  const received = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.length ?? 0;
  expect(await received()).toBe(1);
  expect(await received()).toBe(0);
  await kit.advance(30_000);
  expect(await received()).toBe(1);
});

test('is idle when only queues that nobody consumes hold messages, and empty after a reset', async () => {
  await using kit = await startTestKit();
  const sqs = new SQSClient(kit.clientConfig());
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
  await kit.untilIdle();
  await kit.reset();
  expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
});

test('stopping twice is stopping once, and the port is free afterwards', async () => {
  const headwater = await startHeadwater({ port: 0, ephemeral: true });
  await Promise.all([headwater.stop(), headwater.stop()]);
  await headwater.stop();
  await expect(fetch(`${headwater.endpoint}/_headwater/health`)).rejects.toThrow();
  const next = await startHeadwater({ port: headwater.port, ephemeral: true });
  await next.stop();
});

test('only a virtual clock can be advanced', async () => {
  await using headwater = await startHeadwater({ port: 0, ephemeral: true });
  await expect(headwater.advance(1000)).rejects.toThrow('The clock is real; start with clock: "virtual"');
});

test('an option that cannot be is named', async () => {
  await expect(startHeadwater({ port: -1 })).rejects.toThrow(
    'option "port" takes a whole number from 0 to 65535; got -1',
  );
});

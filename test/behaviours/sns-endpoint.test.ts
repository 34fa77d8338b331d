// https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
import { createVerify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { startSimulator } from '../support/simulator.ts';
import { ACCOUNT, type Answer } from './sns-fixture.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A web server that keeps what it is sent, and tells of it. */
async function webServer() {
  const letters: Answer[] = [];
  const waiting: ((letter: Answer) => void)[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    response.end();
    const letter = JSON.parse(body);
    const next = waiting.shift();
    if (next) next(letter);
    else letters.push(letter);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const next = (): Promise<Answer> => {
    const letter = letters.shift();
    return letter ? Promise.resolve(letter) : new Promise((resolve) => waiting.push(resolve));
  };
  return { url: `http://127.0.0.1:${port}/`, next };
}

test('lets a web server confirm by its link, check the signature by the certificate’s, and leave by its link', async () => {
  await using simulator = await startSimulator();
  const { endpoint } = simulator;
  const client = new SNSClient({
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  closing.push(() => client.destroy());
  const server = await webServer();
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'orders' }));
  await client.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: server.url }));
  const { SubscribeURL } = await server.next();
  const confirmation = await (await fetch(SubscribeURL)).text();
  expect(confirmation).toContain(`<SubscriptionArn>${TopicArn}:`);

  await client.send(new PublishCommand({ TopicArn, Message: 'paid' }));
  const letter = await server.next();
  const certificate = await (await fetch(letter.SigningCertURL)).text();
  const { Message, MessageId, Timestamp, Type, Signature, UnsubscribeURL } = letter;
  const signed = Object.entries({ Message, MessageId, Timestamp, TopicArn, Type });
  const verify = createVerify('RSA-SHA1').update(signed.map(([name, value]) => `${name}\n${value}\n`).join(''));
  expect(verify.verify(certificate, Signature, 'base64')).toBe(true);

  expect((await fetch(UnsubscribeURL)).status).toBe(200);
  expect(await server.next()).toMatchObject({ Type: 'UnsubscribeConfirmation' });
  const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions ?? []).toEqual([]);
});

test('takes a message attribute of any name that AWS takes to the filters and to the receiver', async () => {
  await using simulator = await startSimulator();
  const config = {
    ...{ endpoint: simulator.endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const [sns, sqs] = [new SNSClient(config), new SQSClient(config)];
  closing.push(
    () => sns.destroy(),
    () => sqs.destroy(),
  );
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'orders' }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'work' }));
  await sns.send(
    new SubscribeCommand({
      ...{ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:us-east-1:${ACCOUNT}:work` },
      Attributes: { FilterPolicy: '{"__proto__":["a"],"constructor":["b"]}' },
    }),
  );
  const MessageAttributes = Object.fromEntries([
    ['__proto__', { DataType: 'String', StringValue: 'a' }],
    ['constructor', { DataType: 'String', StringValue: 'b' }],
  ]);
  await sns.send(new PublishCommand({ TopicArn, Message: 'paid', MessageAttributes }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  expect(Messages?.[0]?.Body).toContain('"__proto__" : {"Type":"String","Value":"a"}');
});

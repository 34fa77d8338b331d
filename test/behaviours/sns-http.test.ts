// https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
// https://docs.aws.amazon.com/sns/latest/dg/http-header.html
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../src/core/clock.ts';
import { type Answer, refusalOf, START_MS, startSns } from './sns-fixture.ts';

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A web server that answers with these statuses in turn, the last one for ever. */
async function webServer(...statuses: readonly number[]) {
  const posted: Posted[] = [];
  const held: (() => Promise<void>)[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    posted.push({ headers: request.headers, body });
    await held.shift()?.();
    response.statusCode = statuses[Math.min(posted.length, statuses.length) - 1] ?? 200;
    response.end('thanks');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const { port } = server.address() as AddressInfo;
  const last = (): Answer => JSON.parse(posted.at(-1)?.body ?? '{}');
  /** Holds the next request; resolves, once it has come, with what lets it go. */
  const hold = () =>
    new Promise<() => void>((resolve) => {
      held.push(() => new Promise<void>((release) => resolve(release)));
    });
  return { url: `http://127.0.0.1:${port}/hook`, posted, last, hold };
}

const NO_RETRIES = '{"healthyRetryPolicy":{"numRetries":0}}';

/** A topic with a web server that has confirmed its subscription. */
async function confirmed(attributes: object = {}, ...statuses: readonly number[]) {
  const started = startSns();
  const server = await webServer(200, ...statuses);
  const orders = await started.topic('orders');
  const SubscriptionArn = await orders.subscribe('http', server.url, attributes);
  await started.settle();
  const { Token } = server.last();
  await started.call('ConfirmSubscription', { TopicArn: orders.TopicArn, Token });
  return { ...started, server, orders, SubscriptionArn };
}

test('asks a web server whether it wants the subscription, and delivers nothing before', async () => {
  const { topic, call, settle } = startSns();
  const server = await webServer();
  const { TopicArn, publish } = await topic('orders');
  const answer = await call('Subscribe', { TopicArn, Protocol: 'http', Endpoint: server.url });
  expect(answer).toEqual({ SubscriptionArn: 'pending confirmation' });
  await settle();
  await publish('paid');
  expect(server.posted).toHaveLength(1);
  const [{ headers, body }] = server.posted as [Posted];
  expect(headers).toMatchObject({
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'accept-encoding': 'gzip,deflate',
    'x-amz-sns-message-type': 'SubscriptionConfirmation',
    'x-amz-sns-topic-arn': TopicArn,
  });
  expect(headers['x-amz-sns-subscription-arn']).toBeUndefined();
  const { Token, ...letter } = JSON.parse(body);
  expect(letter).toMatchObject({
    ...{ Type: 'SubscriptionConfirmation', TopicArn, MessageId: headers['x-amz-sns-message-id'] },
    Message: `You have chosen to subscribe to the topic ${TopicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: `http://localhost:4566/?Action=ConfirmSubscription&TopicArn=${TopicArn}&Token=${Token}`,
  });
  const { Subscriptions } = await call('ListSubscriptionsByTopic', { TopicArn });
  expect(Subscriptions).toMatchObject([{ SubscriptionArn: 'PendingConfirmation' }]);
});

test('delivers once the token has come back', async () => {
  const { server, orders, SubscriptionArn, call } = await confirmed();
  const { MessageId } = await orders.publish('paid', { Subject: 'An order' });
  expect(server.posted.at(-1)?.headers).toMatchObject({
    'x-amz-sns-message-type': 'Notification',
    'x-amz-sns-message-id': MessageId,
    'x-amz-sns-subscription-arn': SubscriptionArn,
  });
  expect(server.last()).toMatchObject({ Type: 'Notification', MessageId, Message: 'paid', Subject: 'An order' });
  const { Attributes } = await call('GetSubscriptionAttributes', { SubscriptionArn });
  expect(Attributes).toMatchObject({ PendingConfirmation: 'false', ConfirmationWasAuthenticated: 'false' });
  expect(JSON.parse(Attributes.EffectiveDeliveryPolicy)).toMatchObject({ healthyRetryPolicy: { numRetries: 3 } });
});

test('sends the bare text with raw delivery, and says so', async () => {
  const { server, orders } = await confirmed({
    RawMessageDelivery: 'true',
    DeliveryPolicy: '{"requestPolicy":{"headerContentType":"application/json"}}',
  });
  await orders.publish('{"paid":true}');
  expect(server.posted.at(-1)).toMatchObject({
    body: '{"paid":true}',
    headers: { 'x-amz-sns-rawdelivery': 'true', 'content-type': 'application/json' },
  });
});

test('tells a web server that its subscription has ended, and lets it take it up again', async () => {
  const { server, orders, SubscriptionArn, call, settle } = await confirmed();
  await call('Unsubscribe', { SubscriptionArn });
  await settle();
  expect(server.posted.at(-1)?.headers).toMatchObject({
    'x-amz-sns-message-type': 'UnsubscribeConfirmation',
    'x-amz-sns-subscription-arn': SubscriptionArn,
  });
  const { Token, Message } = server.last();
  expect(Message).toBe(
    `You have chosen to deactivate subscription ${SubscriptionArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
  );
  await orders.publish('unheard');
  expect(await call('ConfirmSubscription', { TopicArn: orders.TopicArn, Token })).toEqual({ SubscriptionArn });
  await orders.publish('heard');
  expect(server.last().Message).toBe('heard');
});

test('tries a server that fails four times, twenty seconds apart, then gives up', async () => {
  const { server, orders, clock, entries, call, SubscriptionArn, queue } = await confirmed({}, 503);
  const dead = await queue('dead');
  await call('SetSubscriptionAttributes', {
    ...{ SubscriptionArn, AttributeName: 'RedrivePolicy' },
    AttributeValue: JSON.stringify({ deadLetterTargetArn: dead.arn }),
  });
  await orders.publish('paid');
  expect(server.posted).toHaveLength(2);
  await clock.advance(59 * SECOND);
  expect(server.posted).toHaveLength(4);
  await clock.advance(SECOND);
  expect(server.posted).toHaveLength(5);
  expect(await dead.texts()).toEqual(['paid']);
  await clock.advance(MINUTE);
  expect(server.posted).toHaveLength(5);
  expect(entries.filter(({ kind }) => kind === 'retry')).toHaveLength(3);
});

test('tries again after too many requests', async () => {
  const { orders, clock, server } = await confirmed({}, 429, 200);
  await orders.publish('paid');
  await clock.advance(MINUTE);
  expect(server.posted).toHaveLength(3);
});

test('does not try again after what is the sender’s fault', async () => {
  const { orders, clock, server } = await confirmed({}, 404);
  await orders.publish('paid');
  await clock.advance(MINUTE);
  expect(server.posted).toHaveLength(2);
});

test('tries a server again that cannot be reached', async () => {
  const { topic, entries, clock, call, settle } = startSns();
  const server = await webServer();
  const orders = await topic('orders');
  await orders.subscribe('http', server.url);
  await settle();
  await call('ConfirmSubscription', { TopicArn: orders.TopicArn, Token: server.last().Token });
  for (const close of closing.splice(0)) await close();
  await orders.publish('paid');
  await clock.advance(MINUTE);
  expect(entries.filter(({ kind }) => kind === 'retry')).toHaveLength(3);
  expect(entries.at(-1)?.what).toContain('given up, dropped (EndpointUnreachable');
});

test('sends no more a second than the throttle policy says', async () => {
  const { server, call, orders, clock, settle } = await confirmed({
    DeliveryPolicy: '{"throttlePolicy":{"maxReceivesPerSecond":2}}',
  });
  for (const Message of ['1', '2', '3', '4', '5']) await call('Publish', { TopicArn: orders.TopicArn, Message });
  await settle();
  expect(server.posted).toHaveLength(2);
  await clock.advance(SECOND);
  expect(server.posted).toHaveLength(4);
  await clock.advance(SECOND);
  expect(server.posted).toHaveLength(6);
});

test('gives each delivery one turn, however many wait, and keeps nothing of an ended subscription', async () => {
  const { server, call, orders, clock, settle, ground, SubscriptionArn } = await confirmed({
    DeliveryPolicy: '{"throttlePolicy":{"maxReceivesPerSecond":1}}',
  });
  const added = vi.spyOn(ground.registry, 'put');
  const texts = Array.from({ length: 30 }, (_, index) => String(index));
  for (const Message of texts) await call('Publish', { TopicArn: orders.TopicArn, Message });
  await settle();
  await clock.advance(40 * SECOND);
  // Each once; a standard topic promises no order.
  const posted = server.posted.slice(1).map(({ body }) => JSON.parse(body).Message as string);
  expect(posted.toSorted((a, b) => Number(a) - Number(b))).toEqual(texts);
  expect(added.mock.calls.filter(([key]) => key.startsWith('sns/throttles/'))).toHaveLength(texts.length);
  await call('Unsubscribe', { SubscriptionArn });
  expect(await ground.registry.list('sns/throttles/')).toEqual([]);
});

test('does not count an attempt that was broken off by a stop', async () => {
  const first = await confirmed({ DeliveryPolicy: NO_RETRIES });
  const { sns, call, orders, server, entries, ground } = first;
  const taken = server.hold();
  await call('Publish', { TopicArn: orders.TopicArn, Message: 'paid' });
  const release = await taken;
  await sns.close();
  release();
  expect(entries.filter(({ what }) => what.includes('given up'))).toEqual([]);
  const later = startSns({ ground });
  await later.settle();
  expect(server.last().Message).toBe('paid');
  expect(later.entries.at(-1)?.what).toMatch(/: accepted$/);
});

test('writes no password of a web server down', async () => {
  const { topic, call, entries, settle } = startSns();
  const server = await webServer();
  const orders = await topic('orders');
  await orders.subscribe('http', server.url.replace('http://', 'http://me:secret@'));
  await settle();
  await call('ConfirmSubscription', { TopicArn: orders.TopicArn, Token: server.last().Token });
  await orders.publish('paid');
  expect(server.posted.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  expect(JSON.stringify(entries)).toContain('me:****@');
  expect(JSON.stringify(entries)).not.toContain('secret');
});

test('knows a token for two days, and forgets a subscription that nobody confirms', async () => {
  const { topic, call, clock, settle } = startSns();
  const server = await webServer();
  const { TopicArn, subscribe } = await topic('orders');
  await subscribe('http', server.url);
  await settle();
  const { Token } = server.last();
  await clock.advance(2 * DAY);
  expect(clock.nowMs()).toBe(START_MS + 2 * DAY);
  expect(await refusalOf(call('ConfirmSubscription', { TopicArn, Token }))).toEqual({
    code: 'InvalidParameter',
    message: 'Invalid parameter: Token',
  });
  expect((await call('ListSubscriptionsByTopic', { TopicArn })).Subscriptions).toEqual([]);
});

test('refuses text that is no token, and a token of another topic', async () => {
  const { topic, call, settle } = startSns();
  const server = await webServer();
  const orders = await topic('orders');
  const others = await topic('others');
  await orders.subscribe('http', server.url);
  await settle();
  const confirm = (TopicArn: string, Token: string) => refusalOf(call('ConfirmSubscription', { TopicArn, Token }));
  expect((await confirm(orders.TopicArn, 'randomtoken')).message).toBe('Invalid token');
  expect((await confirm(others.TopicArn, server.last().Token)).message).toBe('Invalid parameter: Token');
});

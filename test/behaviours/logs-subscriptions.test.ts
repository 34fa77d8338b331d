// Subscription filters: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
import { expect, test } from 'vitest';
import { DAY } from '../../src/core/clock.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { DeliveryOutcome } from '../../src/core/target.ts';
import { START_MS } from '../support/service-calls.ts';
import { GROUP, openEnvelope, refusalOf, STREAM, startLogs } from './logs-fixture.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:watcher';
const KINESIS = 'arn:aws:kinesis:us-east-1:000000000000:stream/watched';
const ROLE = 'arn:aws:iam::000000000000:role/logs';

const subscription = (more: object = {}) => ({
  ...{ logGroupName: GROUP, filterName: 'all', filterPattern: '', destinationArn: FUNCTION },
  ...more,
});

test('brings events that match to a function, in gzip', async () => {
  const { call, stream, clock, arrived, entries } = startLogs();
  const { put } = await stream();
  await call('PutSubscriptionFilter', subscription({ filterPattern: 'ERROR' }));
  await put(['ERROR one', 'fine', 'ERROR two']);
  await clock.advance(0);
  expect(arrived).toMatchObject([
    {
      ...{ arn: FUNCTION, principal: 'logs.us-east-1.amazonaws.com' },
      sourceArn: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:*`,
    },
  ]);
  const [first] = arrived;
  expect(openEnvelope(first as never)).toEqual({
    ...{ messageType: 'DATA_MESSAGE', owner: '000000000000', logGroup: GROUP, logStream: STREAM },
    subscriptionFilters: ['all'],
    logEvents: [
      { id: expect.stringMatching(/^\d{56}$/), timestamp: START_MS, message: 'ERROR one' },
      { id: expect.stringMatching(/^\d{56}$/), timestamp: START_MS + 2, message: 'ERROR two' },
    ],
  });
  const [id] = first?.eventIds ?? [];
  const way = entries
    .filter(({ eventIds }) => eventIds?.includes(id ?? ''))
    .map(({ kind, becameId }) => [kind, becameId]);
  expect(way).toEqual([
    ['event', undefined],
    ['delivery', 'delivered'],
  ]);
});

test('tells what a pattern of fields takes out of a message', async () => {
  const { call, stream, clock, arrived } = startLogs();
  const { put } = await stream();
  await call('PutSubscriptionFilter', subscription({ filterPattern: '[ip, ..., status = 4*]' }));
  await put(['10.0.0.1 - "GET /" 404', '10.0.0.1 - "GET /" 200']);
  await clock.advance(0);
  expect(openEnvelope(arrived[0] as never).logEvents).toMatchObject([
    { extractedFields: { $ip: '10.0.0.1', $2: '-', $3: 'GET /', $status: '404' } },
  ]);
});

test('tells a stream that it is subscribed, then brings it events under the name of the log stream', async () => {
  const { call, stream, clock, arrived } = startLogs();
  const { put } = await stream();
  await call('PutSubscriptionFilter', subscription({ destinationArn: KINESIS, roleArn: ROLE }));
  await put(['a']);
  await clock.advance(0);
  expect(arrived.map(openEnvelope)).toMatchObject([
    { messageType: 'CONTROL_MESSAGE', owner: 'CloudwatchLogs', logEvents: [{ id: '' }] },
    { messageType: 'DATA_MESSAGE', logEvents: [{ message: 'a' }] },
  ]);
  expect(arrived[1]?.key).toBe(STREAM);
});

test('cuts what is too large for one delivery into several', async () => {
  const { call, stream, clock, arrived } = startLogs();
  const { put } = await stream();
  await call('PutSubscriptionFilter', subscription());
  const noise = seededRandom(1);
  // Hardly anything that can be packed.
  const texts = Array.from({ length: 9 }, () => Buffer.from(noise.bytes(87_000)).toString('base64'));
  await put(texts);
  await clock.advance(0);
  expect(arrived.length).toBeGreaterThan(1);
  expect(arrived.flatMap((each) => openEnvelope(each).logEvents)).toHaveLength(9);
  for (const { payload } of arrived) expect(payload.length).toBeLessThan(2 ** 20);
});

test('tries a subscriber that refuses again for a day, and nobody waits for it', async () => {
  let outcome: DeliveryOutcome = { kind: 'refused', permanent: false, code: 'Throttled', message: 'slow down' };
  const { call, stream, clock, arrived } = startLogs(() => outcome);
  const { put } = await stream();
  await call('PutSubscriptionFilter', subscription());
  await put(['a']);
  await clock.advance(60_000);
  expect(arrived).toEqual([]);
  outcome = { kind: 'accepted', id: 'now' };
  await clock.advance(DAY);
  expect(arrived).toHaveLength(1);
});

test('gives up after a day, and says so', async () => {
  const { call, stream, clock, entries } = startLogs(() => ({
    kind: 'refused',
    permanent: false,
    code: 'No',
    message: 'no',
  }));
  const { put } = await stream();
  await call('PutSubscriptionFilter', subscription());
  await put(['a']);
  await clock.advance(2 * DAY);
  const deliveries = entries.filter(({ kind }) => kind === 'delivery');
  expect(deliveries.at(-1)?.what).toBe(`Log events of ${GROUP} to ${FUNCTION}: lost (No: no)`);
});

test('takes two subscriptions of a group, replaces one of the same name, and ends it', async () => {
  const { call, stream, clock, arrived } = startLogs();
  const { put } = await stream();
  for (const filterName of ['one', 'two', 'two']) await call('PutSubscriptionFilter', subscription({ filterName }));
  expect(await refusalOf(call('PutSubscriptionFilter', subscription({ filterName: 'three' })))).toEqual({
    code: 'LimitExceededException',
    message: 'Resource limit exceeded.',
  });
  expect((await call('DescribeSubscriptionFilters', { logGroupName: GROUP })).subscriptionFilters).toMatchObject([
    { filterName: 'one', distribution: 'ByLogStream', applyOnTransformedLogs: false, creationTime: START_MS },
    { filterName: 'two' },
  ]);
  await call('DeleteSubscriptionFilter', { logGroupName: GROUP, filterName: 'one' });
  await put(['a']);
  await clock.advance(0);
  expect(arrived.map((each) => openEnvelope(each).subscriptionFilters)).toEqual([['two']]);
});

test('refuses who cannot subscribe', async () => {
  const { call, stream, described } = startLogs();
  await stream();
  described.set(FUNCTION, { allows: async () => false });
  const refusal = async (more: object) => await refusalOf(call('PutSubscriptionFilter', subscription(more)));
  expect((await refusal({})).message).toMatch(/^Could not execute the lambda function/);
  expect(await refusal({ destinationArn: KINESIS })).toMatchObject({
    message: 'destinationArn for vendor kinesis cannot be used without roleArn',
  });
  expect(await refusal({ destinationArn: FUNCTION.replace('000000000000', '123456789012') })).toMatchObject({
    code: 'AccessDeniedException',
  });
  expect(await refusal({ destinationArn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/x' })).toMatchObject({
    message: 'Headwater does not support subscriptions of firehose',
  });
  expect(await refusal({ filterPattern: 'a-b' })).toMatchObject({ message: `Invalid character(s) in term 'a-b'` });
});

test('refuses a function in the group that it logs to itself, whichever version of it', async () => {
  const { call } = startLogs();
  const logGroupName = '/aws/lambda/watcher';
  await call('CreateLogGroup', { logGroupName });
  for (const destinationArn of [FUNCTION, `${FUNCTION}:live`]) {
    expect(await refusalOf(call('PutSubscriptionFilter', subscription({ logGroupName, destinationArn })))).toEqual({
      code: 'InvalidParameterException',
      message: 'The log group provided is reserved for the function logs of the destination function.',
    });
  }
  await call('PutSubscriptionFilter', subscription({ logGroupName, destinationArn: `${FUNCTION}-2` }));
});

test('subscribes by the name that a stream has for other accounts', async () => {
  const { call, stream, clock, arrived } = startLogs();
  const { put } = await stream();
  const { destination } = await call('PutDestination', {
    destinationName: 'shared',
    targetArn: KINESIS,
    roleArn: ROLE,
  });
  await call('PutDestinationPolicy', { destinationName: 'shared', accessPolicy: '{}' });
  expect((await call('DescribeDestinations', { DestinationNamePrefix: 'sh' })).destinations).toEqual([
    { ...destination, accessPolicy: '{}' },
  ]);
  await call('PutSubscriptionFilter', subscription({ destinationArn: destination.arn }));
  await put(['a']);
  await clock.advance(0);
  expect(arrived.map(({ arn }) => arn)).toEqual([KINESIS, KINESIS]);
  await call('DeleteDestination', { destinationName: 'shared' });
  expect((await call('DescribeDestinations', {})).destinations).toEqual([]);
});

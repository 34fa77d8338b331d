// What CloudWatch Logs refuses and bears: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
import { expect, test } from 'vitest';
import { asArn } from '../../src/core/arn.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import { START_MS } from '../support/service-calls.ts';
import { GROUP, refusalOf, SCOPE, STREAM, startLogs, textsOf } from './logs-fixture.ts';

const GROUP_ARN = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}`;

test('goes on behind what a client removed after it saw it', async () => {
  const { call } = startLogs();
  for (const each of 'abcde') await call('CreateLogGroup', { logGroupName: each });
  const removed: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call('DescribeLogGroups', { limit: 2, nextToken });
    for (const { logGroupName } of page.logGroups) {
      await call('DeleteLogGroup', { logGroupName });
      removed.push(logGroupName);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  expect(removed).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test.each([
  ['LogStreamName', false, ['a', 'b', 'c', 'd', 'e']],
  ['LogStreamName', true, ['e', 'd', 'c', 'b', 'a']],
  ['LastEventTime', false, ['e', 'd', 'c', 'b', 'a']],
  ['LastEventTime', true, ['a', 'b', 'c', 'd', 'e']],
])('pages through streams that are removed, ordered by %s, descending %s', async (orderBy, descending, all) => {
  const { call, stream } = startLogs();
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries())
    await (await stream(GROUP, name)).put(['text'], START_MS - index);
  const removed: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call('DescribeLogStreams', { logGroupName: GROUP, orderBy, descending, limit: 2, nextToken });
    for (const { logStreamName } of page.logStreams) {
      await call('DeleteLogStream', { logGroupName: GROUP, logStreamName });
      removed.push(logStreamName);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  expect(removed).toEqual(all);
});

test.each([
  ['a number', START_MS - 1000, START_MS - 1000],
  ['the time of an event', '2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:00Z')],
  ['digits', String(START_MS - 1000), START_MS - 1000],
])('logs what a rule made at the time that it says: %s', async (_what, timestamp, expected) => {
  const { logs, call } = startLogs();
  await call('CreateLogGroup', { logGroupName: GROUP });
  const payload = Buffer.from(JSON.stringify({ timestamp, message: 'what happened' }));
  await logs.target.deliver(asArn(GROUP_ARN), delivery(payload), AbortSignal.timeout(1000));
  const { events } = await call('FilterLogEvents', { logGroupName: GROUP });
  expect(events).toMatchObject([{ timestamp: expected, message: 'what happened' }]);
});

test.each([1.5, -1, 1e300, null, '', 'yesterday', {}, START_MS * 2])(
  'logs what a rule made as it is when its time is none that can be logged: %s',
  async (timestamp) => {
    const { logs, call } = startLogs();
    await call('CreateLogGroup', { logGroupName: GROUP });
    const text = JSON.stringify({ timestamp, message: 'what happened' });
    await logs.target.deliver(asArn(GROUP_ARN), delivery(Buffer.from(text)), AbortSignal.timeout(1000));
    const { events } = await call('FilterLogEvents', { logGroupName: GROUP });
    expect(events).toMatchObject([{ timestamp: START_MS, message: text }]);
  },
);

const delivery = (payload: Uint8Array) => ({
  ...{ payload, principal: 'events.amazonaws.com', sourceArn: asArn('arn:aws:events:us-east-1:000000000000:rule/r') },
  eventIds: ['e'],
});

test.each(['[]', '{"Statement":[null]}', '{"Statement":null}', '{"Statement":"x"}', '{"Statement":[[]]}', '1', 'null'])(
  'refuses a policy that is none: %s',
  async (policyDocument) => {
    const { call } = startLogs();
    expect(await refusalOf(call('PutResourcePolicy', { policyName: 'p', policyDocument }))).toEqual({
      code: 'InvalidParameterException',
      message: 'The policy document is malformed.',
    });
  },
);

test('tags nothing of another region or account that has the same name', async () => {
  const { call } = startLogs();
  await call('CreateLogGroup', { logGroupName: GROUP });
  for (const resourceArn of [
    GROUP_ARN.replace('us-east-1', 'eu-west-1'),
    GROUP_ARN.replace('000000000000', '1'.repeat(12)),
  ])
    expect(await refusalOf(call('TagResource', { resourceArn, tags: { a: 'b' } }))).toMatchObject({
      code: 'ResourceNotFoundException',
    });
  expect((await call('ListTagsForResource', { resourceArn: GROUP_ARN })).tags).toEqual({});
});

test('refuses a token whose place cannot be one', async () => {
  const { stream } = startLogs();
  const { get } = await stream();
  expect(await refusalOf(get({ nextToken: `f/${'9'.repeat(56)}/s` }))).toMatchObject({
    message: 'The specified nextToken is invalid.',
  });
});

test('shows who asks what was logged before, however much goes on being logged', async () => {
  const { logs, call, store } = startLogs();
  let isLogging = true;
  // As soon as something is stored, something else is written.
  const writeMore = () => isLogging && logs.functionLogs.write(SCOPE, 'busy', STREAM, 'more\n');
  const append = store.append.bind(store);
  Object.assign(store, {
    append: async (...given: Parameters<typeof append>) => {
      writeMore();
      return await append(...given);
    },
  });
  logs.functionLogs.write(SCOPE, 'busy', STREAM, 'first\n');
  const found = await call('FilterLogEvents', { logGroupName: 'busy' });
  isLogging = false;
  expect(textsOf(found)[0]).toBe('first\n');
});

test('keeps a group within its bounds on a clock that stands still', async () => {
  const { stream, store, clock } = startLogs();
  const { put, texts } = await stream();
  // As if each event were a hundred times as large.
  const streams = store.streams.bind(store);
  const enlarged = async (group: string) =>
    (await streams(group)).map((each) => ({ ...each, bytes: each.bytes * 100 }));
  Object.assign(store, { streams: enlarged });
  const message = 'x'.repeat(2 ** 20 - 26);
  for (let each = 0; each < 4; each += 1) await put([message], START_MS);
  await clock.advance(0);
  expect(await texts()).toEqual([]);
});

test.each([
  [{ metricValue: 'many' }, `metricValue 'many' is neither a number nor a field of the pattern.`],
  [{ metricValue: ' ' }, `metricValue ' ' is neither a number nor a field of the pattern.`],
  [{ metricValue: '$.a.[' }, `metricValue '$.a.[' is neither a number nor a field of the pattern.`],
  [{ defaultValue: 0, dimensions: { a: '$.a' } }, 'dimensions and default value are mutually exclusive properties.'],
  [{ dimensions: { a: '$.a', b: '$.b', c: '$.c', d: '$.d' } }, 'it can have no more than 3 dimensions.'],
  [{ dimensions: { a: 'a' } }, `dimension value 'a' is no field of the pattern.`],
])('refuses a metric filter that could count nothing: %o', async (more, reason) => {
  const { call } = startLogs();
  await call('CreateLogGroup', { logGroupName: GROUP });
  const transformation = { metricName: 'm', metricNamespace: 'n', metricValue: '1', ...more };
  const filter = { logGroupName: GROUP, filterName: 'f', filterPattern: 'x', metricTransformations: [transformation] };
  expect(await refusalOf(call('PutMetricFilter', filter))).toEqual({
    code: 'InvalidParameterException',
    message: `Invalid metric transformation: ${reason}`,
  });
});

test('stores what a function logged once, though what is owed of it could not be stored at first', async () => {
  const { logs, call, tasks, arrived, clock } = startLogs();
  await call('CreateLogGroup', { logGroupName: 'busy' });
  const destinationArn = 'arn:aws:lambda:us-east-1:000000000000:function:watcher';
  await call('PutSubscriptionFilter', {
    ...{ logGroupName: 'busy', filterName: 'all', filterPattern: '', destinationArn },
  });
  const add = tasks.add.bind(tasks);
  let failures = 2;
  Object.assign(tasks, {
    add: async (...given: Parameters<typeof add>) => {
      failures -= 1;
      if (failures >= 0) throw new BackendUnavailable('Redis', 'it is away');
      await add(...given);
    },
  });
  logs.functionLogs.write(SCOPE, 'busy', STREAM, 'once\n');
  expect(textsOf(await call('FilterLogEvents', { logGroupName: 'busy' }))).toEqual(['once\n']);
  await clock.advance(0);
  expect(arrived).toHaveLength(1);
});

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
test('takes two regular expressions in a pattern, and five such patterns of a group', async () => {
  const { call, stream } = startLogs();
  await stream();
  const metricTransformations = [{ metricNamespace: 'shop', metricName: 'Found', metricValue: '1' }];
  const put = (filterName: string, filterPattern: string) =>
    call('PutMetricFilter', { logGroupName: GROUP, filterName, filterPattern, metricTransformations });
  const tooMany = {
    code: 'InvalidParameterException',
    message: 'A filter pattern can have 2 regular expressions at most',
  };
  expect(await refusalOf(put('a', '{ $.a = %1% && ($.b = %2% || $.c != %3%) }'))).toEqual(tooMany);
  expect(await refusalOf(put('a', ' [a = %1%, b = %2%, c = %3%]'))).toEqual(tooMany);
  const search = call('FilterLogEvents', { logGroupName: GROUP, filterPattern: '[a=%1%, b=%2%, c=%3%]' });
  expect(await refusalOf(search)).toMatchObject({ code: 'InvalidParameterException' });
  for (const pattern of ['{ $.a = %1% && $.b = "%2%" && $.c = %3% }', '%1% %2% %3%', '[a = %1%]', '?%a%']) {
    await put(pattern, pattern);
  }
  const subscribe = (filterName: string) => {
    const destinationArn = 'arn:aws:lambda:us-east-1:000000000000:function:watcher';
    return call('PutSubscriptionFilter', { logGroupName: GROUP, filterName, filterPattern: '%a%', destinationArn });
  };
  await subscribe('fifth');
  const full = { code: 'LimitExceededException', message: 'Resource limit exceeded.' };
  expect(await refusalOf(put('sixth', '-%b%'))).toEqual(full);
  expect(await refusalOf(subscribe('sixth'))).toEqual(full);
  await subscribe('fifth');
  await put('without', 'ERROR "%a%"');
});

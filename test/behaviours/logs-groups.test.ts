// Log groups and streams: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { createGroupDirectory } from '../../src/services/logs/group/group-directory.ts';
import { START_MS } from '../support/service-calls.ts';
import { GROUP, refusalOf, SCOPE, STREAM, startLogs } from './logs-fixture.ts';

const ARN = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}`;

test('makes a group once, and forgets it with all that was in it', async () => {
  const { call, stream } = startLogs();
  const { put } = await stream();
  await put(['a']);
  expect(await refusalOf(call('CreateLogGroup', { logGroupName: GROUP }))).toEqual({
    code: 'ResourceAlreadyExistsException',
    message: 'The specified log group already exists',
  });
  await call('DeleteLogGroup', { logGroupName: GROUP });
  expect((await call('DescribeLogGroups', {})).logGroups).toEqual([]);
  const { texts } = await stream();
  expect(await texts()).toEqual([]);
});

test('leaves a group alone that another process made of the same name while the old one went', async () => {
  const { registry, store: logs } = startLogs();
  const random = seededRandom(1);
  const other = createGroupDirectory({ registry, logs, random });
  const old = await other.findOrCreate(SCOPE, GROUP, START_MS);
  const drop: typeof logs.drop = async (key) => {
    await logs.drop(key);
    if (drops++ > 0) return;
    await other.remove(old);
    await other.findOrCreate(SCOPE, GROUP, START_MS);
  };
  let drops = 0;
  await createGroupDirectory({ registry, logs: { ...logs, drop }, random }).remove(old);
  expect(await other.find(SCOPE, GROUP)).toMatchObject({ name: GROUP });
  expect((await other.find(SCOPE, GROUP))?.id).not.toBe(old.id);
});

test('takes ten resource policies and no more, also when they come at once', async () => {
  const { call } = startLogs();
  const policyDocument = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }] });
  const put = (policyName: string) => call('PutResourcePolicy', { policyName, policyDocument });
  const names = Array.from({ length: 14 }, (_, index) => `policy-${index}`);
  const answers = await Promise.allSettled(names.map(put));
  const refused = answers.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
  expect(refused).toEqual(Array(4).fill('LimitExceededException'));
  const list = async () =>
    (await call('DescribeResourcePolicies')).resourcePolicies.map(
      ({ policyName }: { policyName: string }) => policyName,
    );
  const there = await list();
  expect(there).toHaveLength(10);
  await put(there[0]);
  await call('DeleteResourcePolicy', { policyName: there[0] });
  expect(await list()).toEqual(there.slice(1));
  expect(await refusalOf(call('DeleteResourcePolicy', { policyName: there[0] }))).toMatchObject({
    code: 'ResourceNotFoundException',
  });
});

test('describes groups by prefix or by a part of the name, page by page', async () => {
  const { call } = startLogs();
  for (const logGroupName of ['/a/one', '/a/two', '/b/one']) await call('CreateLogGroup', { logGroupName });
  const names = async (input: object) =>
    (await call('DescribeLogGroups', input)).logGroups.map(
      ({ logGroupName }: { logGroupName: string }) => logGroupName,
    );
  expect(await names({ logGroupNamePrefix: '/a/' })).toEqual(['/a/one', '/a/two']);
  expect(await names({ logGroupNamePattern: 'ONE' })).toEqual(['/a/one', '/b/one']);
  const first = await call('DescribeLogGroups', { limit: 2 });
  expect(first.logGroups).toHaveLength(2);
  const second = await call('DescribeLogGroups', { limit: 2, nextToken: first.nextToken });
  expect(second).toMatchObject({ logGroups: [{ logGroupName: '/b/one' }] });
  expect(second.nextToken).toBeUndefined();
  expect((await call('ListLogGroups', { logGroupNamePattern: '^/b|two' })).logGroups).toMatchObject([
    { logGroupName: '/a/two' },
    { logGroupName: '/b/one' },
  ]);
});

test('shows what a group is like', async () => {
  const { call, stream } = startLogs();
  const { put } = await stream();
  await put(['abc']);
  await call('AssociateKmsKey', { logGroupName: GROUP, kmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/1' });
  await call('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 7 });
  const group = {
    ...{ logGroupName: GROUP, creationTime: START_MS, arn: `${ARN}:*`, logGroupArn: ARN, metricFilterCount: 0 },
    ...{ storedBytes: 29, logGroupClass: 'STANDARD', deletionProtectionEnabled: false },
  };
  expect((await call('DescribeLogGroups', {})).logGroups).toEqual([
    { ...group, retentionInDays: 7, kmsKeyId: 'arn:aws:kms:us-east-1:000000000000:key/1' },
  ]);
  await call('DisassociateKmsKey', { logGroupName: GROUP });
  await call('DeleteRetentionPolicy', { logGroupName: GROUP });
  expect((await call('DescribeLogGroups', {})).logGroups).toEqual([group]);
});

test('refuses a retention that AWS does not have, and to delete what is protected', async () => {
  const { call } = startLogs();
  await call('CreateLogGroup', { logGroupName: GROUP, deletionProtectionEnabled: true });
  const refusal = await refusalOf(call('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 17 }));
  expect(refusal.message).toContain(`Value '17' at 'retentionInDays' failed to satisfy constraint`);
  expect(await refusalOf(call('DeleteLogGroup', { logGroupName: GROUP }))).toMatchObject({
    code: 'ValidationException',
  });
  await call('PutLogGroupDeletionProtection', { logGroupIdentifier: ARN, deletionProtectionEnabled: false });
  await call('DeleteLogGroup', { logGroupName: GROUP });
});

test('describes streams by name or by their last event', async () => {
  const { call, stream } = startLogs();
  await (await stream(GROUP, 'a')).put(['new'], START_MS + 10);
  await (await stream(GROUP, 'b')).put(['old'], START_MS);
  await stream(GROUP, 'ab');
  const names = async (input: object) => {
    const { logStreams } = await call('DescribeLogStreams', { logGroupIdentifier: ARN, ...input });
    return logStreams.map(({ logStreamName }: { logStreamName: string }) => logStreamName);
  };
  expect(await names({})).toEqual(['a', 'ab', 'b']);
  expect(await names({ descending: true, limit: 2 })).toEqual(['b', 'ab']);
  expect(await names({ logStreamNamePrefix: 'a' })).toEqual(['a', 'ab']);
  expect((await names({ orderBy: 'LastEventTime', descending: true }))[0]).toBe('a');
  expect(await refusalOf(names({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' }))).toMatchObject({
    message: 'Cannot order by LastEventTime with a logStreamNamePrefix.',
  });
  await call('DeleteLogStream', { logGroupName: GROUP, logStreamName: 'a' });
  expect(await names({})).toEqual(['ab', 'b']);
});

test('tags groups in the older way and the newer one', async () => {
  const { call } = startLogs();
  await call('CreateLogGroup', { logGroupName: GROUP, tags: { a: '1' } });
  await call('TagLogGroup', { logGroupName: GROUP, tags: { b: '2' } });
  await call('TagResource', { resourceArn: ARN, tags: { c: '3' } });
  expect(await call('ListTagsForResource', { resourceArn: `${ARN}:*` })).toEqual({ tags: { a: '1', b: '2', c: '3' } });
  await call('UntagLogGroup', { logGroupName: GROUP, tags: ['a'] });
  await call('UntagResource', { resourceArn: ARN, tagKeys: ['b'] });
  expect(await call('ListTagsLogGroup', { logGroupName: GROUP })).toEqual({ tags: { c: '3' } });
});

test('keeps groups of accounts and regions apart', async () => {
  const { call, stream } = startLogs();
  await stream();
  const elsewhere = { region: 'eu-central-1' };
  expect(await call('DescribeLogGroups', {}, elsewhere)).toMatchObject({ logGroups: [] });
  const reading = call('GetLogEvents', { logGroupName: GROUP, logStreamName: STREAM }, elsewhere);
  expect(await refusalOf(reading)).toMatchObject({ code: 'ResourceNotFoundException' });
});

test('logs what a rule sends to a group, each event in a stream of its own', async () => {
  const { call, logs } = startLogs();
  await call('CreateLogGroup', { logGroupName: GROUP });
  const signal = new AbortController().signal;
  const send = (arn: string, text: string) =>
    logs.target.deliver(
      arn as never,
      { payload: Buffer.from(text), principal: 'events.amazonaws.com', sourceArn: ARN as never, eventIds: [] },
      signal,
    );
  expect(await send(`${ARN}:*`, '{"detail":{}}')).toMatchObject({ kind: 'accepted' });
  expect(await send(ARN, `{"timestamp":${START_MS + 5},"message":"transformed"}`)).toMatchObject({ kind: 'accepted' });
  const { events } = await call('FilterLogEvents', { logGroupName: GROUP });
  expect(events).toMatchObject([
    { timestamp: START_MS, message: '{"detail":{}}' },
    { timestamp: START_MS + 5, message: 'transformed' },
  ]);
  expect(events[0].logStreamName).not.toBe(events[1].logStreamName);
  expect(await send(`${ARN}-missing`, '{}')).toMatchObject({ kind: 'refused', permanent: true });
});

test('counts in metrics what is logged, and what a metric filter finds', async () => {
  const { call, stream, measured } = startLogs();
  const { put } = await stream();
  const counting = (filterName: string, filterPattern: string, transformation: object) =>
    call('PutMetricFilter', {
      ...{ logGroupName: GROUP, filterName, filterPattern },
      metricTransformations: [{ metricNamespace: 'shop', ...transformation }],
    });
  await counting('errors', 'ERROR', { metricName: 'Errors', metricValue: '1', defaultValue: 0 });
  await counting('latency', '{ $.ms = * }', { metricName: 'Latency', metricValue: '$.ms', unit: 'Milliseconds' });
  await counting('bytes', '[ip, bytes > 10]', {
    metricName: 'Bytes',
    metricValue: '$bytes',
    dimensions: { Ip: '$ip' },
  });
  measured.length = 0;
  await put(['ERROR', 'ERROR again', '{"ms":12.5}', '10.0.0.1 2000']);
  const shop = measured.flatMap(([namespace, dimensions, { name, value }]) =>
    namespace === 'shop' ? [[name, value, dimensions]] : [],
  );
  expect(shop.sort()).toEqual([
    ['Bytes', 2000, { Ip: '10.0.0.1' }],
    ['Errors', 1, {}],
    ['Errors', 1, {}],
    ['Latency', 12.5, {}],
  ]);
  expect(measured).toContainEqual([
    'AWS/Logs',
    { LogGroupName: GROUP },
    { name: 'IncomingLogEvents', value: 4, unit: 'Count' },
  ]);
  measured.length = 0;
  await put(['{"ms":""}', '{"ms":1e200}', '{"ms":"soon"}', '{"ms":null}']);
  expect(measured.filter(([, , { name }]) => name === 'Latency')).toEqual([]);
  measured.length = 0;
  await put(['fine']);
  expect(measured).toContainEqual(['shop', {}, { name: 'Errors', value: 0, unit: 'None' }]);
});

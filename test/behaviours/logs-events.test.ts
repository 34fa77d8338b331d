// Log events: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutLogEvents.html, API_GetLogEvents.html,
// API_FilterLogEvents.html
import { expect, test } from 'vitest';
import { DAY, HOUR } from '../../src/core/clock.ts';
import { START_MS } from '../support/service-calls.ts';
import { eventsOf, GROUP, refusalOf, STREAM, startLogs, textsOf } from './logs-fixture.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, each) => `event ${each}`);

test('reads back what was logged, with its times', async () => {
  const { stream } = startLogs();
  const { put, get } = await stream();
  await put(['🙀 - 参よ - 日本語', 'second']);
  expect(await get()).toMatchObject({
    events: [
      { timestamp: START_MS, message: '🙀 - 参よ - 日本語', ingestionTime: START_MS },
      { timestamp: START_MS + 1, message: 'second' },
    ],
  });
});

test('reads the newest page first, from old to new, and goes back and forth by its tokens', async () => {
  const { stream } = startLogs();
  const { put, get } = await stream();
  await put(numbered(10));
  const newest = await get({ limit: 4 });
  expect(textsOf(newest)).toEqual(['event 6', 'event 7', 'event 8', 'event 9']);
  const before = await get({ limit: 4, nextToken: newest.nextBackwardToken });
  expect(textsOf(before)).toEqual(['event 2', 'event 3', 'event 4', 'event 5']);
  expect(textsOf(await get({ limit: 4, nextToken: before.nextForwardToken }))).toEqual(textsOf(newest));
  expect(newest.nextForwardToken).toMatch(/^f\/\d{56}\/s$/);
});

test('reads from the head where asked, and answers the same token at the end', async () => {
  const { stream } = startLogs();
  const { put, get, texts } = await stream();
  await put(numbered(5));
  const first = await get({ limit: 3, startFromHead: true });
  const second = await get({ limit: 3, startFromHead: true, nextToken: first.nextForwardToken });
  expect([textsOf(first), textsOf(second)]).toEqual([numbered(5).slice(0, 3), numbered(5).slice(3)]);
  const end = await get({ startFromHead: true, nextToken: second.nextForwardToken });
  expect(end).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
  await put(['later'], START_MS + 100);
  expect(await texts({ nextToken: end.nextForwardToken })).toEqual(['later']);
});

test('takes the start among what is asked for, and of GetLogEvents not the end', async () => {
  const { stream, call } = startLogs();
  const { put, texts } = await stream();
  await put(numbered(5));
  const between = { startTime: START_MS + 1, endTime: START_MS + 3 };
  expect(await texts(between)).toEqual(['event 1', 'event 2']);
  expect(textsOf(await call('FilterLogEvents', { logGroupName: GROUP, ...between }))).toEqual([
    ...['event 1', 'event 2', 'event 3'],
  ]);
});

test('ends a page before it is larger than a megabyte', async () => {
  const { stream } = startLogs();
  const { put, texts } = await stream();
  for (const each of [0, 1, 2]) await put([`${each}${'x'.repeat(500_000)}`], START_MS + each);
  expect((await texts()).map((text) => text[0])).toEqual(['1', '2']);
  expect((await texts({ startFromHead: true })).map((text) => text[0])).toEqual(['0', '1']);
});

test('refuses a batch out of order, too long in time, or too large', async () => {
  const { stream, call } = startLogs();
  const { put } = await stream();
  const named = { logGroupName: GROUP, logStreamName: STREAM };
  const putEvents = (logEvents: object[]) => refusalOf(call('PutLogEvents', { ...named, logEvents }));
  const at = (timestamp: number) => ({ timestamp, message: 'x' });
  expect(await putEvents([at(START_MS), at(START_MS - 1)])).toMatchObject({ code: 'InvalidParameterException' });
  expect((await putEvents([at(START_MS - DAY), at(START_MS + 1)])).message).toContain('cannot span more than 24 hours');
  expect((await refusalOf(put(['x'.repeat(600_000), 'x'.repeat(600_000)]))).message).toBe(
    'Upload too large: 1200052 bytes exceeds limit of 1048576',
  );
});

test('leaves out what is too old, expired or too new, and says where', async () => {
  const { stream, call } = startLogs();
  const { put, texts } = await stream();
  expect((await put(['old', 'fine'], START_MS - 14 * DAY - 1)).rejectedLogEventsInfo).toEqual({
    tooOldLogEventEndIndex: 1,
  });
  expect((await put(['fine', 'new'], START_MS + 2 * HOUR)).rejectedLogEventsInfo).toEqual({
    tooNewLogEventStartIndex: 1,
  });
  await call('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 1 });
  expect((await put(['expired', 'left'], START_MS - DAY - 1)).rejectedLogEventsInfo).toEqual({
    expiredLogEventEndIndex: 1,
  });
  expect(await texts()).toEqual(['left', 'fine']);
});

test('forgets what is older than the group keeps', async () => {
  const { stream, call, clock } = startLogs();
  const { put, texts } = await stream();
  await call('PutRetentionPolicy', { logGroupName: GROUP, retentionInDays: 3 });
  await put(['first']);
  await clock.advance(2 * DAY);
  await put(['second']);
  await clock.advance(DAY + 1);
  expect(await texts()).toEqual(['second']);
  await clock.advance(2 * HOUR);
  const [group] = (await call('DescribeLogGroups', {})).logGroups;
  expect(group).toMatchObject({ retentionInDays: 3, storedBytes: 'second'.length + 26 });
  await clock.advance(3 * DAY);
  expect((await call('DescribeLogGroups', {})).logGroups[0]).toMatchObject({ storedBytes: 0 });
});

test('finds events of all streams of a group in one order, page by page', async () => {
  const { stream, call } = startLogs();
  const a = await stream(GROUP, 'a');
  const b = await stream(GROUP, 'b');
  for (let each = 0; each < 20; each += 1) await (each % 2 ? a : b).put([`event ${each}`], START_MS + each);
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call('FilterLogEvents', { logGroupName: GROUP, limit: 7, nextToken });
    expect(page.searchedLogStreams).toEqual([]);
    found.push(...textsOf(page));
    nextToken = page.nextToken;
  } while (nextToken);
  expect(found).toEqual(numbered(20));
  const ofOne = await call('FilterLogEvents', { logGroupName: GROUP, logStreamNames: ['b'], limit: 2 });
  expect(ofOne.events).toMatchObject([
    { logStreamName: 'b', message: 'event 0' },
    { logStreamName: 'b', message: 'event 2' },
  ]);
  expect(ofOne.events[0].eventId).toMatch(/^\d{56}$/);
});

test('finds what a pattern says', async () => {
  const { stream, call } = startLogs();
  const { put } = await stream();
  await put(['ERROR one', 'fine', '{"level":"ERROR","ms":12}']);
  const find = async (filterPattern: string) =>
    textsOf(await call('FilterLogEvents', { logGroupName: GROUP, filterPattern }));
  expect(await find('ERROR')).toEqual(['ERROR one', '{"level":"ERROR","ms":12}']);
  expect(await find('{ $.ms > 10 }')).toEqual(['{"level":"ERROR","ms":12}']);
  expect(await refusalOf(find('""'))).toEqual({
    code: 'InvalidParameterException',
    message: `Invalid filter pattern: Invalid character(s) in term '""'`,
  });
});

test('refuses what is not there, and tokens that are none', async () => {
  const { call, stream } = startLogs();
  const named = { logGroupName: GROUP, logStreamName: 'missing' };
  const noGroup = { code: 'ResourceNotFoundException', message: 'The specified log group does not exist.' };
  const noStream = { code: 'ResourceNotFoundException', message: 'The specified log stream does not exist.' };
  expect(await refusalOf(call('GetLogEvents', named))).toEqual(noGroup);
  const { get } = await stream();
  expect(await refusalOf(call('GetLogEvents', named))).toEqual(noStream);
  expect(await refusalOf(call('PutLogEvents', { ...named, logEvents: eventsOf(['a'], START_MS) }))).toEqual(noStream);
  const invalid = { code: 'InvalidParameterException', message: 'The specified nextToken is invalid.' };
  expect(await refusalOf(get({ nextToken: 'invalid-token' }))).toEqual(invalid);
  expect(await refusalOf(call('FilterLogEvents', { logGroupName: GROUP, nextToken: 'invalid-token' }))).toEqual(
    invalid,
  );
});

test('refuses a parameter that nothing is done with, by its name', async () => {
  const { call, stream } = startLogs();
  await stream();
  const logEvents = eventsOf(['a'], START_MS);
  const input = { logGroupName: GROUP, logStreamName: STREAM, logEvents, entity: { keyAttributes: {} } };
  expect(await refusalOf(call('PutLogEvents', input))).toMatchObject({ message: 'Headwater does not support entity' });
});

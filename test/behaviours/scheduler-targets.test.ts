// What targets get: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { DeliveryOutcome } from '../../src/core/target.ts';
import { ACCOUNT, DEAD_LETTERS, FUNCTION, QUEUE, ROLE, START_MS, startScheduler } from './scheduler-fixture.ts';

const ONCE = 'at(2026-01-01T01:00:00)';
const SCHEDULE = `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/default/s`;
const refused = (permanent: boolean): DeliveryOutcome => ({
  ...{ kind: 'refused', permanent, code: 'QueueDoesNotExist', message: 'The specified queue does not exist.' },
});

test('a target without input gets the default notification', async () => {
  const { schedule, clock, delivered } = startScheduler();
  await schedule('s', ONCE, { Target: { Arn: FUNCTION, RoleArn: ROLE } });
  await clock.advance(HOUR);
  expect(JSON.parse(delivered[0]?.text ?? '')).toEqual({
    version: '0',
    id: delivered[0]?.delivery.eventIds[0],
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: ACCOUNT,
    time: '2026-01-01T01:00:00Z',
    region: 'us-east-1',
    resources: [SCHEDULE],
    detail: '{}',
  });
  expect(delivered[0]?.delivery).toMatchObject({ principal: 'scheduler.amazonaws.com', sourceArn: SCHEDULE });
});

test('context attributes are filled in, the number of the attempt anew each time', async () => {
  const outcomes = [refused(false)];
  const { schedule, clock, delivered } = startScheduler({ answer: () => outcomes.shift() ?? { kind: 'accepted' } });
  const names = ['schedule-arn', 'scheduled-time', 'execution-id', 'attempt-number', 'other'];
  const Input = names.map((name) => `<aws.scheduler.${name}>`).join(' ');
  await schedule('s', ONCE, { Target: { Arn: QUEUE, RoleArn: ROLE, Input } });
  await clock.advance(DAY);
  const [first, second] = delivered.map(({ text }) => text.split(' '));
  expect(first).toEqual([
    ...[SCHEDULE, '2026-01-01T01:00:00Z', expect.stringMatching(/^[0-9a-f]{16}$/), '1', '<aws.scheduler.other>'],
  ]);
  expect(second).toEqual(first?.with(3, '2'));
});

test.for<[arn: string, parameters: object, expected: object]>([
  [`${QUEUE}.fifo`, { SqsParameters: { MessageGroupId: 'g' } }, { groupId: 'g' }],
  [`arn:aws:sns:us-east-1:${ACCOUNT}:topic`, {}, {}],
  [`arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/s`, { KinesisParameters: { PartitionKey: 'k' } }, { key: 'k' }],
  [
    `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`,
    { EventBridgeParameters: { Source: 'my.app', DetailType: 'Tick' } },
    { event: { source: 'my.app', detailType: 'Tick', resources: [] } },
  ],
])('%s gets its input and its own parameters', async ([Arn, parameters, expected]) => {
  const { schedule, clock, delivered } = startScheduler();
  await schedule('s', ONCE, { Target: { Arn, RoleArn: ROLE, Input: '{"n":1}', ...parameters } });
  await clock.advance(HOUR);
  expect(delivered).toMatchObject([{ arn: Arn, text: '{"n":1}', delivery: expected }]);
});

test('a universal target is the call of its operation', async () => {
  const { schedule, clock, called } = startScheduler();
  const call = (Name: string, action: string, Input: object) =>
    schedule(Name, ONCE, {
      Target: { Arn: `arn:aws:scheduler:::aws-sdk:${action}`, RoleArn: ROLE, Input: JSON.stringify(Input) },
    });
  await call('a', 'sqs:sendMessage', { QueueUrl: 'http://q', MessageBody: '<aws.scheduler.scheduled-time>' });
  await call('b', 'sns:publish', { TopicArn: 'topic', Message: 'm', Subject: 's' });
  await call('c', 'lambda:invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: '{"x":1}' });
  await call('d', 'kinesis:putRecord', { StreamName: 'k', PartitionKey: 'p', Data: 'text' });
  await call('e', 'eventbridge:putEvents', { Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}', Time: 1 }] });
  await clock.advance(HOUR);
  expect(called.sort((one, other) => (one.operation < other.operation ? -1 : 1))).toEqual([
    {
      ...{ service: 'lambda', operation: 'Invoke' },
      input: { FunctionName: 'f', InvocationType: 'Event', Payload: Buffer.from('{"x":1}') },
    },
    { service: 'sns', operation: 'Publish', input: { TopicArn: 'topic', Message: 'm', Subject: 's' } },
    {
      ...{ service: 'events', operation: 'PutEvents' },
      input: { Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}', Time: new Date(1000) }] },
    },
    {
      ...{ service: 'kinesis', operation: 'PutRecord' },
      input: { StreamName: 'k', PartitionKey: 'p', Data: Buffer.from('text') },
    },
    {
      ...{ service: 'sqs', operation: 'SendMessage' },
      input: { QueueUrl: 'http://q', MessageBody: '2026-01-01T01:00:00Z' },
    },
  ]);
});

test('a call that is throttled is tried again; one that is refused is not', async () => {
  const codes = ['ThrottlingException', 'InvalidParameterValue'];
  const { schedule, clock, called } = startScheduler({
    callIn: async () => {
      throw new ServiceError(codes.shift() ?? 'Unexpected', 'no');
    },
  });
  const Input = JSON.stringify({ QueueUrl: 'q', MessageBody: 'm' });
  const Arn = 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage';
  await schedule('s', ONCE, { Target: { Arn, RoleArn: ROLE, Input } });
  await clock.advance(DAY);
  expect(called).toHaveLength(2);
});

test.each([
  ['sqs:sendMessage', '{"QueueUrl":"q","MessageBody":<aws.scheduler.schedule-arn>}', 'Input is no well-formed JSON.'],
  ['eventbridge:putEvents', '{"Entries":[{"Time":"tomorrow"}]}', 'Time tomorrow is no date.'],
])('a call of %s that can never be made is given up at once: %s', async (action, Input, reason) => {
  const { schedule, clock, called, entries } = startScheduler();
  await schedule('s', ONCE, { Target: { Arn: `arn:aws:scheduler:::aws-sdk:${action}`, RoleArn: ROLE, Input } });
  await clock.advance(HOUR);
  expect(called).toEqual([]);
  expect(entries.at(-1)?.what).toContain(`ValidationException: Invalid RequestJson provided. Reason ${reason}`);
  expect(entries.filter(({ kind }) => kind === 'retry')).toEqual([]);
});

test('whoever stops does not wait for what a call waits for', async () => {
  let begun = () => {};
  const calling = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { schedule, clock, close } = startScheduler({
    callIn: async () => {
      begun();
      return await new Promise<never>(() => {});
    },
  });
  const Arn = 'arn:aws:scheduler:::aws-sdk:lambda:invoke';
  await schedule('s', ONCE, { Target: { Arn, RoleArn: ROLE, Input: '{"FunctionName":"slow"}' } });
  void clock.advance(HOUR);
  await calling;
  await close();
});

test('what cannot help is a dead letter at once, with the request and the reason', async () => {
  const { schedule, clock, delivered } = startScheduler({
    answer: (arn) => (arn === QUEUE ? refused(true) : { kind: 'accepted', id: 'letter' }),
  });
  const DeadLetterConfig = { Arn: DEAD_LETTERS };
  const SqsParameters = { MessageGroupId: 'g' };
  await schedule('s', ONCE, { Target: { Arn: QUEUE, RoleArn: ROLE, Input: 'hello', DeadLetterConfig, SqsParameters } });
  await clock.advance(HOUR);
  const [, letter] = delivered;
  expect(letter?.arn).toBe(DEAD_LETTERS);
  expect(letter?.text).toBe(
    `{"MessageBody":"hello","MessageGroupId":"g","QueueUrl":"https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/jobs"}`,
  );
  const text = (value: unknown) => ({ type: 'String', value });
  expect(letter?.delivery.attributes).toEqual({
    ERROR_CODE: text('QueueDoesNotExist'),
    ERROR_MESSAGE: text('The specified queue does not exist.'),
    EXECUTION_ID: text(expect.stringMatching(/^[0-9a-f]{16}$/)),
    IS_PAYLOAD_TRUNCATED: text('false'),
    RETRY_ATTEMPTS: text('0'),
    SCHEDULED_TIME: text('2026-01-01T01:00:00Z'),
    SCHEDULE_ARN: text(SCHEDULE),
    TARGET_ARN: text('arn:aws:scheduler:::aws-sdk:sqs:sendMessage'),
  });
});

test.for<[policy: object, condition: string, fewest: number, most: number]>([
  [{ MaximumRetryAttempts: 3 }, 'MaximumRetryAttempts', 4, 4],
  [{ MaximumRetryAttempts: 0 }, 'MaximumRetryAttempts', 1, 1],
  // Waits that double, shorter by chance.
  [{ MaximumEventAgeInSeconds: 60 }, 'MaximumEventAgeInSeconds', 7, 8],
])('a target that is down is tried again within %o', async ([RetryPolicy, condition, fewest, most]) => {
  const { schedule, clock, delivered } = startScheduler({
    answer: (arn) => (arn === QUEUE ? refused(false) : { kind: 'accepted', id: 'letter' }),
  });
  await schedule('s', ONCE, {
    Target: { Arn: QUEUE, RoleArn: ROLE, Input: 'm', RetryPolicy, DeadLetterConfig: { Arn: DEAD_LETTERS } },
  });
  await clock.advance(2 * DAY);
  const tries = delivered.filter(({ arn }) => arn === QUEUE);
  const waits = tries.map(({ at }) => (Date.parse(at) - START_MS - HOUR) / SECOND);
  expect(tries.length, waits.join(' ')).toBeGreaterThanOrEqual(fewest);
  expect(tries.length, waits.join(' ')).toBeLessThanOrEqual(most);
  expect(waits.at(-1)).toBeLessThanOrEqual(MINUTE / SECOND);
  const letter = delivered.at(-1);
  expect(letter?.arn).toBe(DEAD_LETTERS);
  expect(letter?.delivery.attributes).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: { value: condition },
    RETRY_ATTEMPTS: { value: String(tries.length - 1) },
  });
});

test('the default retry policy gives up after about a day or 185 attempts', async () => {
  const { schedule, clock, delivered } = startScheduler({ answer: () => refused(false) });
  await schedule('s', ONCE);
  await clock.advance(3 * DAY);
  expect(delivered.length).toBeGreaterThan(170);
  expect(delivered.length).toBeLessThanOrEqual(186);
});

test('the journal leads from the schedule to what it became', async () => {
  const outcomes = [refused(false)];
  const { schedule, clock, entries } = startScheduler({
    answer: () => outcomes.shift() ?? { kind: 'accepted', id: 'message-1' },
  });
  await schedule('s', ONCE);
  await clock.advance(HOUR + MINUTE);
  const [id] = entries.find(({ kind }) => kind === 'event')?.eventIds ?? [];
  const trail = entries.filter(({ eventIds = [] }) => id !== undefined && eventIds.includes(id));
  expect(trail.map(({ kind }) => kind)).toEqual(['event', 'retry', 'delivery']);
  expect(trail[0]).toMatchObject({ what: 'Schedule default/s due 2026-01-01T01:00:00Z', arn: SCHEDULE });
  expect(trail.at(-1)).toMatchObject({ becameId: 'message-1', arn: QUEUE });
});

test('metrics count attempts, errors, drops and dead letters, by group and in all', async () => {
  const { schedule, clock, counts } = startScheduler({
    answer: (arn) => (arn === QUEUE ? refused(false) : { kind: 'accepted', id: 'letter' }),
  });
  const RetryPolicy = { MaximumRetryAttempts: 2 };
  const DeadLetterConfig = { Arn: DEAD_LETTERS };
  await schedule('s', ONCE, { Target: { Arn: QUEUE, RoleArn: ROLE, Input: 'm', RetryPolicy, DeadLetterConfig } });
  await clock.advance(DAY);
  for (const dimensions of ['{}', '{"ScheduleGroup":"default"}']) {
    const count = (name: string) => counts.get(`AWS/Scheduler ${name} ${dimensions}`);
    expect(count('InvocationAttemptCount')).toBe(3);
    expect(count('TargetErrorCount')).toBe(3);
    expect(count('InvocationDroppedCount')).toBe(1);
    expect(count('InvocationsSentToDeadLetterCount')).toBe(1);
  }
});

// What clients may say of schedules: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html,
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
import { expect, test } from 'vitest';
import { DEAD_LETTERS, expectRefusal, FUNCTION, QUEUE, ROLE, START_MS, startScheduler } from './scheduler-fixture.ts';

const OFF = { Mode: 'OFF' };
const TARGET = { Arn: QUEUE, RoleArn: ROLE };

test('a schedule comes back with what was left out filled in', async () => {
  const { schedule, call } = startScheduler();
  const { ScheduleArn } = await schedule('nightly', 'cron(0 3 * * ? *)');
  expect(ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/default/nightly');
  expect(await call('GetSchedule', { Name: 'nightly' })).toEqual({
    Arn: ScheduleArn,
    GroupName: 'default',
    Name: 'nightly',
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'UTC',
    State: 'ENABLED',
    CreationDate: new Date(START_MS),
    LastModificationDate: new Date(START_MS),
    Target: {
      ...{ ...TARGET, Input: 'nightly' },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    },
    FlexibleTimeWindow: OFF,
    ActionAfterCompletion: 'NONE',
  });
});

test('a schedule comes back with all that was said of it', async () => {
  const { call } = startScheduler();
  await call('CreateScheduleGroup', { Name: 'reports' });
  const said = {
    ...{ Name: 'weekly', GroupName: 'reports', Description: 'the numbers' },
    ...{ ScheduleExpression: 'rate(7 days)', ScheduleExpressionTimezone: 'Europe/Berlin' },
    ...{ StartDate: new Date(START_MS + 60_000), EndDate: new Date(START_MS + 90_000_000), State: 'DISABLED' },
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
    KmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1',
    ActionAfterCompletion: 'DELETE',
    Target: {
      ...{ Arn: FUNCTION, RoleArn: ROLE, Input: '{}', DeadLetterConfig: { Arn: DEAD_LETTERS } },
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
    },
  };
  await call('CreateSchedule', said);
  expect(await call('GetSchedule', { Name: 'weekly', GroupName: 'reports' })).toMatchObject(said);
});

test('an update replaces everything and keeps the date of creation', async () => {
  const { schedule, call, clock } = startScheduler();
  await schedule('nightly', 'cron(0 3 * * ? *)', { Description: 'old', State: 'DISABLED' });
  await clock.advance(1000);
  const settings = { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: OFF, Target: TARGET };
  await call('UpdateSchedule', { Name: 'nightly', ...settings });
  const updated = await call('GetSchedule', { Name: 'nightly' });
  expect(updated).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 hour)' });
  expect(updated).not.toHaveProperty('Description');
  expect(updated.CreationDate).toEqual(new Date(START_MS));
  expect(updated.LastModificationDate).toEqual(new Date(START_MS + 1000));
});

test('what is not there is missed by its name', async () => {
  const { call, schedule } = startScheduler();
  const settings = { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: OFF, Target: TARGET };
  const gone = 'Schedule lost does not exist.';
  await expectRefusal(call('GetSchedule', { Name: 'lost' }), 'ResourceNotFoundException', gone);
  await expectRefusal(call('DeleteSchedule', { Name: 'lost' }), 'ResourceNotFoundException', gone);
  await expectRefusal(call('UpdateSchedule', { Name: 'lost', ...settings }), 'ResourceNotFoundException', gone);
  const noGroup = 'Schedule group lost does not exist.';
  await expectRefusal(schedule('nightly', 'rate(1 hour)', { GroupName: 'lost' }), 'ResourceNotFoundException', noGroup);
  await expectRefusal(call('GetScheduleGroup', { Name: 'lost' }), 'ResourceNotFoundException', noGroup);
  await expectRefusal(call('DeleteScheduleGroup', { Name: 'lost' }), 'ResourceNotFoundException', noGroup);
  await expectRefusal(call('ListSchedules', { GroupName: 'lost' }), 'ResourceNotFoundException', noGroup);
});

test('a name is taken once in its group, unless the same request comes again', async () => {
  const { schedule, call } = startScheduler();
  await schedule('nightly', 'cron(0 3 * * ? *)', { ClientToken: 'one' });
  await schedule('nightly', 'cron(0 3 * * ? *)', { ClientToken: 'one' });
  const exists = 'Schedule nightly already exists.';
  await expectRefusal(schedule('nightly', 'cron(0 3 * * ? *)'), 'ConflictException', exists);
  await expectRefusal(schedule('nightly', 'cron(0 4 * * ? *)', { ClientToken: 'one' }), 'ConflictException', exists);
  await call('CreateScheduleGroup', { Name: 'other', ClientToken: 'two' });
  await call('CreateScheduleGroup', { Name: 'other', ClientToken: 'two' });
  await expectRefusal(
    call('CreateScheduleGroup', { Name: 'other' }),
    'ConflictException',
    'Schedule group other already exists.',
  );
  await schedule('nightly', 'cron(0 3 * * ? *)', { GroupName: 'other' });
  expect((await call('ListSchedules')).Schedules).toHaveLength(2);
});

test.for<[what: string, more: object, message: string]>([
  [
    'a time zone that nobody knows',
    { ScheduleExpressionTimezone: 'Mars/Olympus' },
    'Invalid Schedule Expression Timezone Mars/Olympus.',
  ],
  [
    'a start that is long ago',
    { StartDate: new Date(START_MS - 300_001) },
    'The StartDate you specify cannot be earlier than 5 minutes ago.',
  ],
  [
    'an end before the start',
    { StartDate: new Date(START_MS + 2), EndDate: new Date(START_MS + 1) },
    'The EndDate you specify must come after the StartDate.',
  ],
  [
    'a flexible window without a size',
    { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
    'MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.',
  ],
  [
    'the size of a window that is off',
    { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } },
    'MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.',
  ],
  ['a target that is no ARN', { Target: { ...TARGET, Arn: 'jobs' } }, 'Provided Arn is not in correct format.'],
  [
    'a target that no template is for',
    { Target: { ...TARGET, Arn: 'arn:aws:events:us-east-1:000000000000:api-destination/a/b' } },
    'Provided Arn is not in correct format.',
  ],
  [
    'a template that is not here',
    { Target: { ...TARGET, Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m' } },
    'Headwater does not support schedules with a target of states',
  ],
  [
    'an operation that is not here',
    { Target: { ...TARGET, Arn: 'arn:aws:scheduler:::aws-sdk:ec2:stopInstances', Input: '{}' } },
    'Headwater does not support schedules that call ec2:stopInstances',
  ],
  [
    'a request without what its operation needs',
    { Target: { ...TARGET, Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage', Input: '{"messageBody":"x"}' } },
    'Invalid RequestJson provided. Reason Request payload is missing the following field(s): MessageBody, QueueUrl.',
  ],
  [
    'input for a function that is no JSON',
    { Target: { Arn: FUNCTION, RoleArn: ROLE, Input: 'hello' } },
    'Invalid RequestJson provided. Reason Input is no well-formed JSON.',
  ],
  [
    'a stream without a partition key',
    { Target: { Arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s', RoleArn: ROLE } },
    'KinesisParameters must be provided for a target of kinesis:putRecord.',
  ],
  [
    'settings of another kind of target',
    { Target: { ...TARGET, KinesisParameters: { PartitionKey: 'k' } } },
    'KinesisParameters must not be provided for a target of sqs:sendMessage.',
  ],
])('refuses %s', async ([, more, message]) => {
  const { schedule, call } = startScheduler();
  await expectRefusal(schedule('nightly', 'rate(1 hour)', more), 'ValidationException', message);
  expect((await call('ListSchedules')).Schedules).toEqual([]);
});

test('lists are by group and name, filtered, and come in pages', async () => {
  const { schedule, call } = startScheduler();
  await call('CreateScheduleGroup', { Name: 'a-group' });
  for (const name of ['c', 'a', 'ab']) await schedule(name, 'rate(1 hour)');
  await schedule('z', 'rate(1 hour)', { GroupName: 'a-group', State: 'DISABLED' });
  const names = async (input: object) => {
    const { Schedules, NextToken } = await call('ListSchedules', input);
    return [Schedules.map(({ Name }: { readonly Name: string }) => Name).join(' '), NextToken] as const;
  };
  expect((await names({}))[0]).toBe('z a ab c');
  expect((await names({ NamePrefix: 'a' }))[0]).toBe('a ab');
  expect((await names({ State: 'DISABLED' }))[0]).toBe('z');
  expect((await names({ GroupName: 'default' }))[0]).toBe('a ab c');
  const [first, token] = await names({ MaxResults: 3 });
  expect([first, ...(await names({ MaxResults: 3, NextToken: token }))]).toEqual(['z a ab', 'c', undefined]);
  await expectRefusal(call('ListSchedules', { NextToken: 'x' }), 'ValidationException', 'Invalid NextToken.');
  const groups = await call('ListScheduleGroups', { MaxResults: 1 });
  expect(groups.ScheduleGroups).toMatchObject([{ Name: 'a-group', State: 'ACTIVE' }]);
  const rest = await call('ListScheduleGroups', { NextToken: groups.NextToken });
  expect(rest.ScheduleGroups).toMatchObject([{ Name: 'default', State: 'ACTIVE' }]);
  const { NextToken } = groups;
  await expectRefusal(call('ListSchedules', { NextToken }), 'ValidationException', 'Invalid NextToken.');
});

test('a group goes with its schedules; the default group stays', async () => {
  const { schedule, call, clock, delivered } = startScheduler();
  await call('CreateScheduleGroup', { Name: 'reports' });
  await schedule('a', 'at(2026-01-01T00:10:00)', { GroupName: 'reports' });
  await call('DeleteScheduleGroup', { Name: 'reports' });
  expect((await call('ListSchedules')).Schedules).toEqual([]);
  await clock.advance(3_600_000);
  expect(delivered).toEqual([]);
  await expectRefusal(
    call('DeleteScheduleGroup', { Name: 'default' }),
    'ValidationException',
    'Cannot delete the default schedule group.',
  );
});

test('tags hang on groups', async () => {
  const { call } = startScheduler();
  const Tags = [
    { Key: 'team', Value: 'red' },
    { Key: 'cost', Value: '1' },
  ];
  const { ScheduleGroupArn: ResourceArn } = await call('CreateScheduleGroup', { Name: 'reports', Tags });
  await call('TagResource', { ResourceArn, Tags: [{ Key: 'team', Value: 'blue' }] });
  expect((await call('ListTagsForResource', { ResourceArn })).Tags).toEqual([
    { Key: 'cost', Value: '1' },
    { Key: 'team', Value: 'blue' },
  ]);
  await call('UntagResource', { ResourceArn, TagKeys: ['cost'] });
  expect((await call('ListTagsForResource', { ResourceArn })).Tags).toEqual([{ Key: 'team', Value: 'blue' }]);
});

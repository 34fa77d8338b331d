// Buses, rules and targets, and what is refused of them.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html; texts as recorded.
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/core/errors.ts';
import { AWAY, awayLeases } from '../support/away-leases.ts';
import { ACCOUNT, eventEntry, FUNCTION, openEventsGround, STREAM, startEvents } from './events-fixture.ts';

const PATTERN = '{"source":["shop"]}';
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:orders`;

async function refusalOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ServiceError)) throw new Error(`No refusal, but ${error}`);
  return `${error.code}: ${error.message}`;
}

describe('a bus', () => {
  it('called default is there, and cannot be deleted', async () => {
    const { call } = startEvents();
    const { EventBuses } = await call('ListEventBuses');
    expect(EventBuses).toMatchObject([
      { Name: 'default', Arn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default` },
    ]);
    expect(await refusalOf(call('DeleteEventBus', { Name: 'default' }))).toBe(
      'ValidationException: Cannot delete event bus default.',
    );
  });

  it('is deleted once it has no rules', async () => {
    const { call } = startEvents();
    await call('CreateEventBus', { Name: 'shop' });
    await call('PutRule', { Name: 'all', EventBusName: 'shop', EventPattern: PATTERN });
    expect(await refusalOf(call('DeleteEventBus', { Name: 'shop' }))).toBe(
      "ValidationException: EventBus can't be deleted since it has rules.",
    );
    await call('DeleteRule', { Name: 'all', EventBusName: 'shop' });
    await call('DeleteEventBus', { Name: 'shop' });
    expect(await refusalOf(call('DescribeEventBus', { Name: 'shop' }))).toBe(
      'ResourceNotFoundException: Event bus shop does not exist.',
    );
  });

  it('gets a rule or is deleted, also when both are asked for at once, of several processes', async () => {
    const first = startEvents();
    const second = startEvents({ ground: first.ground });
    for (const name of ['one', 'other']) {
      await first.call('CreateEventBus', { Name: name });
      const put = () => first.call('PutRule', { Name: 'all', EventBusName: name, EventPattern: PATTERN });
      const remove = () => second.call('DeleteEventBus', { Name: name });
      const asked = name === 'one' ? [put(), remove()] : [remove(), put()];
      const done = (await Promise.allSettled(asked)).map(({ status }) => status);
      expect(done.sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  it('is not waited for while the backend of turns is away: that is answered at once', async () => {
    const ground = openEventsGround();
    await startEvents({ ground }).call('CreateEventBus', { Name: 'shop' });
    const { call } = startEvents({ ground: { ...ground, leases: awayLeases } });
    await expect(call('CreateEventBus', { Name: 'other' })).rejects.toMatchObject(AWAY);
    const rule = { Name: 'all', EventBusName: 'shop', EventPattern: PATTERN };
    await expect(call('PutRule', rule)).rejects.toMatchObject(AWAY);
    await expect(call('DeleteEventBus', { Name: 'shop' })).rejects.toMatchObject(AWAY);
  });

  it('is one of a hundred at most, also when several are asked for at once', async () => {
    const first = startEvents();
    const second = startEvents({ ground: first.ground });
    const create = (Name: string, { call } = first) => call('CreateEventBus', { Name });
    await Promise.all(Array.from({ length: 98 }, (_, n) => create(`bus-${n}`)));
    const asked = [create('a'), create('b', second), create('c'), create('d', second)];
    const refusals = (await Promise.all(asked.map((each) => refusalOf(each).catch(() => undefined)))).filter(Boolean);
    expect(refusals).toEqual(
      Array(3).fill('LimitExceededException: The requested resource exceeds the maximum number allowed.'),
    );
    expect((await second.call('ListEventBuses', { Limit: 100 })).EventBuses).toHaveLength(100);
  });

  it('of another account takes events only where its policy says so', async () => {
    const { call } = startEvents();
    await call('CreateEventBus', { Name: 'shop' });
    const other = {
      account: '111111111111',
      caller: { accessKeyId: '', arn: 'arn:aws:iam::111111111111:root', userId: '' },
    };
    const Entries = [eventEntry({ EventBusName: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/shop` })];
    expect(await refusalOf(call('PutEvents', { Entries }, other))).toContain('AccessDeniedException: User:');
    await call('PutPermission', {
      ...{ EventBusName: 'shop', StatementId: 's', Action: 'events:PutEvents', Principal: '111111111111' },
    });
    expect(await call('PutEvents', { Entries }, other)).toMatchObject({ FailedEntryCount: 0 });
  });

  it('keeps what is said of it, and refuses what it would have to do', async () => {
    const { call } = startEvents();
    await call('CreateEventBus', { Name: 'shop', Description: 'orders', LogConfig: { Level: 'OFF' } });
    await call('UpdateEventBus', { Name: 'shop', KmsKeyIdentifier: 'key' });
    expect(await call('DescribeEventBus', { Name: 'shop' })).toMatchObject({
      Description: 'orders',
      KmsKeyIdentifier: 'key',
    });
    expect(await refusalOf(call('UpdateEventBus', { Name: 'shop', LogConfig: { Level: 'INFO' } }))).toBe(
      'ValidationException: Headwater does not support the logging of event buses (LogConfig.Level INFO)',
    );
  });
});

describe('PutEvents', () => {
  it('refuses each entry by itself', async () => {
    const { call } = startEvents();
    const { FailedEntryCount, Entries } = await call('PutEvents', {
      Entries: [
        eventEntry({ Detail: '"text"' }),
        eventEntry(),
        eventEntry({ Detail: '[]' }),
        eventEntry({ Detail: '{"a":' }),
        eventEntry({ Source: 'aws.s3' }),
        eventEntry({ DetailType: '' }),
        eventEntry({ EventBusName: 'nowhere' }),
      ],
    });
    expect(FailedEntryCount).toBe(5);
    expect(Entries.map(({ ErrorCode }: { ErrorCode?: string }) => ErrorCode)).toEqual([
      ...['MalformedDetail', undefined, 'MalformedDetail', 'MalformedDetail'],
      ...['NotAuthorizedForSourceException', 'InvalidArgument', undefined],
    ]);
    expect(Entries[1].EventId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses a megabyte', async () => {
    const { call } = startEvents();
    const Entries = [eventEntry({ Detail: JSON.stringify({ a: 'x'.repeat(1024 * 1024) }) })];
    expect(await refusalOf(call('PutEvents', { Entries }))).toBe(
      'ValidationException: Total size of the entries in the request is over the limit.',
    );
  });

  it('stores nothing of what no rule takes', async () => {
    const { call, ground } = startEvents();
    await call('PutEvents', { Entries: [eventEntry()] });
    expect(ground.tasks.due('events-publications')).toMatchObject({ dueNow: 0 });
  });
});

describe('a rule', () => {
  it('needs a pattern or a schedule that hold', async () => {
    const { call } = startEvents();
    const put = (more: object) => refusalOf(call('PutRule', { Name: 'r', ...more }));
    expect(await put({})).toBe(
      'ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.',
    );
    expect(await put({ ScheduleExpression: 'rate(1 minutes)' })).toBe(
      'ValidationException: Parameter ScheduleExpression is not valid.',
    );
    expect(await put({ EventPattern: '{"source":[]}' })).toMatch(
      /^InvalidEventPatternException: Event pattern is not valid\. Reason: Empty arrays are not allowed/,
    );
    expect(await put({ EventPattern: PATTERN, EventBusName: 'nowhere' })).toBe(
      'ResourceNotFoundException: Event bus nowhere does not exist.',
    );
    await call('CreateEventBus', { Name: 'shop' });
    expect(await put({ ScheduleExpression: 'rate(1 minute)', EventBusName: 'shop' })).toBe(
      'ValidationException: ScheduleExpression is supported only on the default event bus.',
    );
  });

  it('that is put again keeps its targets and tags', async () => {
    const { call, put, fakes } = startEvents();
    const { RuleArn } = await call('PutRule', { Name: 'r', EventPattern: PATTERN, Tags: [{ Key: 'a', Value: '1' }] });
    await call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: FUNCTION }] });
    await call('PutRule', { Name: 'r', EventPattern: '{"source":["bank"]}', Tags: [{ Key: 'a', Value: '2' }] });
    await put();
    await put({ Source: 'bank' });
    expect(fakes.got.map(({ text }) => JSON.parse(text).source)).toEqual(['bank']);
    expect(await call('ListTagsForResource', { ResourceARN: RuleArn })).toEqual({ Tags: [{ Key: 'a', Value: '1' }] });
  });

  it('is found by page, by prefix, and by target', async () => {
    const { call, rule } = startEvents();
    for (const name of ['b-2', 'a-1', 'b-1', 'b-3']) await rule(name, [{ Arn: FUNCTION }]);
    const first = await call('ListRules', { NamePrefix: 'b', Limit: 2 });
    expect(first.Rules.map(({ Name }: { Name: string }) => Name)).toEqual(['b-1', 'b-2']);
    const { NextToken } = first;
    const second = await call('ListRules', { NamePrefix: 'b', Limit: 2, NextToken });
    expect(second).toMatchObject({ Rules: [{ Name: 'b-3' }] });
    expect(second.NextToken).toBeUndefined();
    expect((await call('ListRuleNamesByTarget', { TargetArn: FUNCTION, Limit: 1 })).RuleNames).toEqual(['a-1']);
    expect((await call('ListRuleNamesByTarget', { TargetArn: STREAM })).RuleNames).toEqual([]);
  });

  it('is deleted without targets only; twice is as good as once', async () => {
    const { call, rule } = startEvents();
    await rule('r', [{ Arn: FUNCTION }]);
    expect(await refusalOf(call('DeleteRule', { Name: 'r' }))).toBe(
      "ValidationException: Rule can't be deleted since it has targets.",
    );
    await call('RemoveTargets', { Rule: 'r', Ids: ['target-0'] });
    await call('DeleteRule', { Name: 'r' });
    await call('DeleteRule', { Name: 'r' });
    expect(await refusalOf(call('EnableRule', { Name: 'r' }))).toBe(
      'ResourceNotFoundException: Rule r does not exist on EventBus default.',
    );
  });
});

describe('a target', () => {
  const refused = async (target: object) => {
    const { call, rule } = startEvents();
    await rule('r', []);
    return await refusalOf(call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: QUEUE, ...target }] }));
  };

  it.each([
    [{ Arn: 'queue' }, 'Parameter queue is not valid. Reason: Provided Arn is not in correct format.'],
    [{ Arn: `${QUEUE}.fifo` }, 'Parameter(s) SqsParameters must be specified for target: t.'],
    [{ Arn: STREAM }, `RoleArn is required for target ${STREAM}.`],
    [{ Input: '{' }, 'JSON syntax error in input for target t'],
    [
      { Input: '1', InputPath: '$' },
      'Only one of Input, InputPath, or InputTransformer must be provided for target t.',
    ],
    [
      { InputTransformer: { InputTemplate: '{"a": <b>}' } },
      'InputTemplate for target t contains invalid placeholder b.',
    ],
    [{ EcsParameters: {} }, 'Headwater does not support the target parameter EcsParameters'],
    [
      { Arn: `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/c` },
      `Headwater does not support arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/c as a target of rules`,
    ],
    [{ Arn: 'arn:aws:s3:::bucket' }, 's3 is not a supported service for a target.'],
  ])('%j is refused', async (target, message) => {
    expect(await refused(target)).toBe(`ValidationException: ${message}`);
  });

  it('that is refused keeps the others of its request from being added, as on AWS', async () => {
    const { call, rule } = startEvents();
    await rule('r', []);
    const Targets = [
      { Id: 'good', Arn: FUNCTION },
      { Id: 'bad', Arn: 'arn:aws:s3:::bucket' },
    ];
    await refusalOf(call('PutTargets', { Rule: 'r', Targets }));
    expect((await call('ListTargetsByRule', { Rule: 'r' })).Targets).toEqual([]);
  });

  it('is one of five at most', async () => {
    const { call, rule } = startEvents();
    await rule('r', []);
    const Targets = Array.from({ length: 6 }, (_, index) => ({ Id: `t${index}`, Arn: FUNCTION }));
    expect(await refusalOf(call('PutTargets', { Rule: 'r', Targets }))).toBe(
      'LimitExceededException: The requested resource exceeds the maximum number allowed.',
    );
    expect((await call('ListTargetsByRule', { Rule: 'r' })).Targets).toEqual([]);
  });

  it('of a known id takes the place of the old one', async () => {
    const { call, rule } = startEvents();
    await rule('r', [{ Id: 't', Arn: FUNCTION }]);
    await call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: QUEUE }] });
    expect((await call('ListTargetsByRule', { Rule: 'r' })).Targets).toEqual([{ Id: 't', Arn: QUEUE }]);
  });
});

describe('TestEventPattern', () => {
  const event = {
    id: '1',
    account: ACCOUNT,
    source: 'shop',
    time: '2026-01-01T00:00:00Z',
    region: 'r',
    'detail-type': 'd',
  };

  it('says whether an event would match', async () => {
    const { call } = startEvents();
    const test = (EventPattern: string, Event: unknown = event) =>
      call('TestEventPattern', { EventPattern, Event: JSON.stringify(Event) });
    expect(await test(PATTERN)).toEqual({ Result: true });
    expect(await test('{"source":["bank"]}')).toEqual({ Result: false });
    expect(await refusalOf(test(PATTERN, [event]))).toBe('ValidationException: Parameter Event is not valid.');
    expect(await refusalOf(test('{"source":"shop"}'))).toContain('"source" must be an object or an array');
  });
});

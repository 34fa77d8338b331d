// How rules bring events to targets.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { DeliveryOutcome } from '../../src/core/target.ts';
import {
  ACCOUNT,
  type Answer,
  eventEntry,
  FUNCTION,
  LOG_GROUP,
  START_MS,
  STREAM,
  startEvents,
  TOPIC,
} from './events-fixture.ts';

const BUSY: DeliveryOutcome = { kind: 'refused', permanent: false, code: 'ThrottlingException', message: 'later' };
const GONE: DeliveryOutcome = {
  kind: 'refused',
  permanent: true,
  code: 'ResourceNotFoundException',
  message: 'Function not found',
};

describe('an event', () => {
  it('reaches every target of every rule that matches, with one id', async () => {
    const { rule, put, queue, fakes } = startEvents();
    const orders = await queue('orders');
    await rule('first', [{ Arn: FUNCTION }, { Arn: TOPIC }, { Arn: STREAM, RoleArn: 'arn:aws:iam::1:role/r' }]);
    await rule('second', [{ Arn: orders.arn }, { Arn: LOG_GROUP }]);
    await rule('other', [{ Arn: orders.arn }], { EventPattern: '{"source":["bank"]}' });
    const { Entries } = await put({ Resources: ['arn:a'] });
    const id = Entries[0].EventId;
    const text = `{"version":"0","id":"${id}","detail-type":"Order Placed","source":"shop","account":"${ACCOUNT}","time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":["arn:a"],"detail":{"id":7}}`;
    expect(await orders.bodies()).toEqual([text]);
    expect(fakes.got.map(({ arn, text }) => ({ arn, text }))).toEqual(
      expect.arrayContaining([FUNCTION, TOPIC, STREAM, LOG_GROUP].map((arn) => ({ arn, text }))),
    );
    expect(fakes.got).toHaveLength(4);
    expect(fakes.got.find(({ arn }) => arn === STREAM)?.delivery.key).toBe(id);
  });

  it('is matched as it was sent, and keeps the text of its numbers', async () => {
    const { rule, put, fakes } = startEvents();
    await rule('all', [{ Arn: FUNCTION, InputPath: '$.detail' }]);
    await put({ Detail: '{ "n" : 12345678901234567890, "m": 1.50, "s": "a  \\u00e9" }' });
    expect(fakes.got[0]?.text).toBe('{"n":12345678901234567890,"m":1.50,"s":"a  é"}');
  });

  it('carries the time that its sender gave, in whole seconds', async () => {
    const { rule, put, fakes } = startEvents();
    await rule('all', [{ Arn: FUNCTION, InputPath: '$.time' }]);
    await put({ Time: new Date('2022-01-01T10:20:30.789Z') });
    expect(fakes.got[0]?.text).toBe('"2022-01-01T10:20:30Z"');
  });

  it('passes its trace header on, else that of the request', async () => {
    const { rule, put, fakes } = startEvents();
    await rule('all', [{ Arn: FUNCTION }]);
    await put({ TraceHeader: 'Root=1-a-b' });
    await put({}, { traceHeader: 'Root=1-c-d' });
    expect(fakes.got.map(({ delivery }) => delivery.traceHeader)).toEqual(['Root=1-a-b', 'Root=1-c-d']);
  });

  it('is answered before any target has it', async () => {
    const { rule, call, settled, fakes } = startEvents();
    await rule('all', [{ Arn: FUNCTION }]);
    let take: (outcome: DeliveryOutcome) => void = () => {};
    const taken = new Promise<DeliveryOutcome>((resolve) => {
      take = resolve;
    });
    fakes.answers.answer = () => taken;
    const { FailedEntryCount } = await call('PutEvents', { Entries: [eventEntry()] });
    expect(FailedEntryCount).toBe(0);
    take({ kind: 'accepted' });
    await settled();
    expect(fakes.got).toHaveLength(1);
  });

  it('goes to no target of a rule that is disabled', async () => {
    const { rule, call, put, fakes } = startEvents();
    await rule('all', [{ Arn: FUNCTION }]);
    await call('DisableRule', { Name: 'all' });
    await put();
    await call('EnableRule', { Name: 'all' });
    await put();
    expect(fakes.got).toHaveLength(1);
  });

  it('uses the partition key and the message group that the target asks for', async () => {
    const { rule, put, queue, fakes, call } = startEvents();
    const { arn, QueueUrl } = await queue('o.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    const KinesisParameters = { PartitionKeyPath: '$.detail.id' };
    await rule('all', [
      { Arn: STREAM, RoleArn: 'arn:aws:iam::1:role/r', KinesisParameters },
      { Arn: arn, SqsParameters: { MessageGroupId: 'group' } },
    ]);
    await put();
    expect(fakes.got[0]?.delivery.key).toBe('7');
    const { Messages } = await call('ReceiveMessage', { QueueUrl, AttributeNames: ['MessageGroupId'] });
    expect(Messages?.[0]?.Attributes.MessageGroupId).toBe('group');
  });
});

describe('a target that refuses', () => {
  it('is tried again with growing pauses until it takes the event; the others do not wait', async () => {
    const { rule, put, queue, fakes, clock } = startEvents();
    const orders = await queue('orders');
    await rule('all', [{ Arn: FUNCTION }, { Arn: orders.arn }]);
    const at: number[] = [];
    fakes.answers.answer = (_got, count) => {
      at.push(clock.nowMs() - START_MS);
      return count < 4 ? BUSY : { kind: 'accepted' };
    };
    await put();
    expect(await orders.bodies()).toHaveLength(1);
    await clock.advance(MINUTE);
    expect(at).toHaveLength(4);
    const pauses = at.slice(1).map((atMs, index) => atMs - (at[index] ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(SECOND);
    expect(pauses[1]).toBeGreaterThan(pauses[0] ?? 0);
    expect(pauses[2]).toBeGreaterThan(pauses[1] ?? 0);
  });

  it('is given up after its attempts, and the dead letter says why', async () => {
    const { rule, put, queue, fakes, clock } = startEvents();
    const dead = await queue('dead');
    const RetryPolicy = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 };
    const arn = await rule('all', [{ Arn: FUNCTION, RetryPolicy, DeadLetterConfig: { Arn: dead.arn }, Input: '1' }]);
    fakes.answers.answer = () => BUSY;
    const { Entries } = await put();
    await clock.advance(HOUR);
    expect(fakes.got).toHaveLength(3);
    const [letter] = await dead.receive();
    expect(JSON.parse(letter.Body).id).toBe(Entries[0].EventId);
    expect(attributesOf(letter)).toEqual({
      RULE_ARN: arn,
      TARGET_ARN: FUNCTION,
      ERROR_CODE: 'THROTTLING',
      ERROR_MESSAGE: 'later',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
    });
  });

  it('is given up when the event is too old', async () => {
    const { rule, put, queue, fakes, clock } = startEvents();
    const dead = await queue('dead');
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    await rule('all', [{ Arn: FUNCTION, RetryPolicy, DeadLetterConfig: { Arn: dead.arn } }]);
    fakes.answers.answer = () => BUSY;
    await put();
    await clock.advance(MINUTE);
    const [letter] = await dead.receive();
    expect(attributesOf(letter)['EXHAUSTED_RETRY_CONDITION']).toBe('MaximumEventAgeInSeconds');
  });

  it('because a backend is away waits alone, and that costs no attempt', async () => {
    const { rule, put, fakes, clock } = startEvents();
    await rule('all', [{ Arn: FUNCTION, RetryPolicy: { MaximumRetryAttempts: 0 } }, { Arn: TOPIC }]);
    let isAway = true;
    fakes.answers.answer = ({ arn }) => {
      if (arn === FUNCTION && isAway) throw new BackendUnavailable('Redis', 'gone');
      return { kind: 'accepted' };
    };
    await put();
    isAway = false;
    await clock.advance(MINUTE);
    expect(fakes.got.map(({ arn }) => arn)).toEqual([FUNCTION, TOPIC, FUNCTION]);
  });

  it('for good is not tried again', async () => {
    const { rule, put, queue, fakes } = startEvents();
    const dead = await queue('dead');
    await rule('all', [{ Arn: FUNCTION, DeadLetterConfig: { Arn: dead.arn } }]);
    fakes.answers.answer = () => GONE;
    await put();
    expect(fakes.got).toHaveLength(1);
    const [letter] = await dead.receive();
    const { ERROR_CODE, RETRY_ATTEMPTS, EXHAUSTED_RETRY_CONDITION } = attributesOf(letter);
    expect({ ERROR_CODE, RETRY_ATTEMPTS }).toEqual({ ERROR_CODE: 'NO_RESOURCE', RETRY_ATTEMPTS: '0' });
    expect(EXHAUSTED_RETRY_CONDITION).toBeUndefined();
  });

  it('without a dead-letter queue loses the event after 185 more attempts or a day, and the journal says so', async () => {
    const { rule, put, fakes, clock, entries } = startEvents();
    await rule('all', [{ Arn: FUNCTION }]);
    fakes.answers.answer = () => BUSY;
    await put();
    // 186 turns of a task queue, which on a real one of a busy machine take their time.
    await clock.advance(25 * HOUR);
    expect(fakes.got.length).toBeGreaterThan(180);
    expect(fakes.got.length).toBeLessThanOrEqual(186);
    expect(entries.at(-1)?.what).toContain('given up, dropped');
  });

  it('where policies are enforced needs the permission of the function', async () => {
    const { rule, put, queue, fakes } = startEvents({ enforcePolicies: true });
    const dead = await queue('dead', {
      Policy: JSON.stringify({
        Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' },
      }),
    });
    const arn = await rule('all', [{ Arn: FUNCTION, DeadLetterConfig: { Arn: dead.arn } }]);
    const asked: Answer[] = [];
    fakes.answers.describe = (target) => ({
      arn: target,
      allows: async (request) => {
        asked.push(request);
        return false;
      },
    });
    await put();
    expect(asked).toEqual([{ principal: 'events.amazonaws.com', sourceArn: arn, sourceAccount: ACCOUNT }]);
    expect(fakes.got).toHaveLength(0);
    expect(attributesOf((await dead.receive())[0])['ERROR_CODE']).toBe('NO_PERMISSIONS');
  });
});

describe('what is told', () => {
  it('follows an event from its sender to its target', async () => {
    const { rule, put, entries } = startEvents();
    await rule('all', [{ Arn: FUNCTION }]);
    const { Entries } = await put();
    const id = Entries[0].EventId;
    const mine = entries.filter(({ eventIds }) => eventIds?.includes(id));
    expect(mine.map(({ kind, what }) => ({ kind, what }))).toEqual([
      { kind: 'event', what: 'EventBridge Order Placed from shop on bus default, matches rule all' },
      { kind: 'delivery', what: `EventBridge rule all → ${FUNCTION}: accepted` },
    ]);
    expect(mine[1]?.becameId).toBe('id-1');
  });

  it('counts matches, invocations and failures as CloudWatch shows them', async () => {
    const { rule, put, fakes, measured } = startEvents();
    await rule('all', [{ Arn: FUNCTION }]);
    await put();
    fakes.answers.answer = () => GONE;
    await put();
    const sum = (name: string, dimensions: object) =>
      measured
        .filter((one) => one.name === name && JSON.stringify(one.dimensions) === JSON.stringify(dimensions))
        .reduce((total, { value }) => total + value, 0);
    const names = ['MatchedEvents', 'TriggeredRules', 'Invocations', 'FailedInvocations', 'InvocationAttempts'];
    expect(names.map((name) => sum(name, { RuleName: 'all' }))).toEqual([2, 2, 2, 1, 2]);
    expect(names.map((name) => sum(name, {}))).toEqual([2, 2, 2, 1, 2]);
    expect(sum('PutEventsEntriesCount', {})).toBe(2);
  });
});

function attributesOf(message: Answer): Readonly<Record<string, string>> {
  const all: Readonly<Record<string, { readonly StringValue: string }>> = message.MessageAttributes;
  return Object.fromEntries(Object.entries(all).map(([name, { StringValue }]) => [name, StringValue]));
}

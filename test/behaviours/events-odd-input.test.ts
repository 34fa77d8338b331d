// What a careless or hostile client sends makes EventBridge neither lose events nor stall.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../support/service-calls.ts';
import { eventEntry, openEventsGround, startEvents } from './events-fixture.ts';

describe('a rule', () => {
  it('with an empty pattern beside its schedule disturbs no other rule, nor after a restart', async () => {
    const ground = openEventsGround();
    const { queue, rule, put, call } = startEvents({ ground });
    const { arn, bodies } = await queue('orders');
    await rule('empty', [], { ScheduleExpression: 'rate(1 day)', EventPattern: '' });
    await rule('later', [{ Arn: arn }]);
    expect(await call('DescribeRule', { Name: 'empty' })).not.toHaveProperty('EventPattern', '');
    await put();
    await startEvents({ ground }).put();
    expect(await bodies()).toHaveLength(2);
  });

  it('has no placeholders that every object of JavaScript has', async () => {
    const { rule, queue } = startEvents();
    const { arn } = await queue('orders');
    const InputTransformer = { InputPathsMap: {}, InputTemplate: '{"a": <constructor>}' };
    expect((await refusalOf(rule('odd', [{ Arn: arn, InputTransformer }]))).message).toBe(
      'InputTemplate for target target-0 contains invalid placeholder constructor.',
    );
  });
});

describe('an event', () => {
  const PATTERN = { EventPattern: '{"source":["shop"],"detail":{"a":{"x7":[7]}}}' };
  const large = 900_000;

  it.each([
    ['a name of very many dots', { 'a.x7': 7, ['.'.repeat(large)]: 1 }],
    ['very many names with dots', Object.fromEntries(Array.from({ length: large / 20 }, (_, n) => [`a.x${n}`, n]))],
    ['one field in very many parts', { 'a.x7': [7, ...Array.from({ length: large / 20 }, (_, n) => ({ 'b.c': n }))] }],
  ])('with %s is matched like any other', async (_what, detail) => {
    const { rule, queue, put } = startEvents();
    const { arn, bodies } = await queue('orders');
    await rule('all', [{ Arn: arn, Input: '1' }], PATTERN);
    await put({ Detail: JSON.stringify(detail) });
    expect(await bodies()).toEqual(['1']);
  });
});

describe("a bus's policy", () => {
  it.each(['{"Statement":5}', '{"Statement":[null]}', '{"Statement":null}', '[]'])(
    'that holds no statements is refused: %s',
    async (Policy) => {
      const { call } = startEvents();
      expect((await refusalOf(call('PutPermission', { Policy }))).message).toBe('Parameter Policy is not valid.');
    },
  );

  it('with parts that are nothing allows nothing', async () => {
    const { call } = startEvents();
    await call('PutPermission', { Policy: '{"Statement":{"Principal":null,"Action":null,"Condition":{"a":null}}}' });
    const EventBusName = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
    const stranger = call('PutEvents', { Entries: [eventEntry({ EventBusName })] }, { account: '111111111111' });
    expect((await refusalOf(stranger)).code).toBe('AccessDeniedException');
  });
});

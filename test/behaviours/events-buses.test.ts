// Events between buses, and onto buses from elsewhere.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html,
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
import { describe, expect, it } from 'vitest';
import { asArn } from '../../src/core/arn.ts';
import type { Delivery } from '../../src/core/target.ts';
import { ACCOUNT, eventEntry, FUNCTION, startEvents } from './events-fixture.ts';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const busArn = (name: string, account = ACCOUNT, region = 'us-east-1') =>
  asArn(`arn:aws:events:${region}:${account}:event-bus/${name}`);

const delivery: Delivery = {
  payload: Buffer.from('{ "a": 1 }'),
  event: { source: 'lambda', detailType: 'Done', resources: ['arn:r'] },
  principal: 'lambda.amazonaws.com',
  sourceArn: FUNCTION,
  eventIds: ['cause'],
  traceHeader: 'Root=1-a-b',
};

describe('a bus as a target', () => {
  it('takes the event as it is, with its id, where it matches again', async () => {
    const { call, rule, put, fakes } = startEvents();
    await call('CreateEventBus', { Name: 'second' });
    await rule('on', [{ Arn: busArn('second') }]);
    await rule('off', [{ Arn: FUNCTION }], { EventBusName: 'second' });
    const { Entries } = await put({ TraceHeader: 'Root=1-a-b' });
    expect(fakes.got).toHaveLength(1);
    expect(JSON.parse(fakes.got[0]?.text ?? '')).toMatchObject({ id: Entries[0].EventId, source: 'shop' });
    expect(fakes.got[0]?.delivery).toMatchObject({
      traceHeader: 'Root=1-a-b',
      sourceArn: `arn:aws:events:us-east-1:${ACCOUNT}:rule/second/off`,
    });
  });

  it('of another account and region shows who sent it, under an id of its own', async () => {
    const there = { account: '111111111111', region: 'eu-west-1' };
    const { call, rule, put, fakes } = startEvents();
    await call('CreateEventBus', { Name: 'theirs' }, there);
    await rule('on', [{ Arn: busArn('theirs', there.account, there.region), RoleArn: ROLE }]);
    await call('PutRule', { Name: 'off', EventBusName: 'theirs', EventPattern: '{"source":["shop"]}' }, there);
    await call('PutTargets', { Rule: 'off', EventBusName: 'theirs', Targets: [{ Id: 't', Arn: FUNCTION }] }, there);
    const { Entries } = await put();
    const event = JSON.parse(fakes.got[0]?.text ?? '');
    expect(event).toMatchObject({ account: ACCOUNT, region: 'us-east-1' });
    expect(event.id).not.toBe(Entries[0].EventId);
  });

  it('takes an event that came from a bus no further, so that loops end', async () => {
    const { call, rule, put, queue, entries } = startEvents();
    const dead = await queue('dead');
    await call('CreateEventBus', { Name: 'second' });
    await rule('on', [{ Arn: busArn('second') }]);
    await rule('back', [{ Arn: busArn('default'), DeadLetterConfig: { Arn: dead.arn } }], { EventBusName: 'second' });
    const { Entries } = await put();
    const [letter] = await dead.receive();
    expect(letter.MessageAttributes.ERROR_CODE.StringValue).toBe('THIRD_ACCOUNT_HOP_DETECTED');
    expect(letter.MessageAttributes.ERROR_MESSAGE.StringValue).toBe(
      `Event ingestion rejected for event ${Entries[0].EventId} because an event can be sent to an event bus target only once. This event was previously delivered to an event bus target.`,
    );
    expect(entries.filter(({ kind }) => kind === 'event')).toHaveLength(3);
  });

  it('that is gone is no resource', async () => {
    const { rule, put, queue } = startEvents();
    const dead = await queue('dead');
    await rule('on', [{ Arn: busArn('nowhere'), DeadLetterConfig: { Arn: dead.arn } }]);
    await put();
    expect((await dead.receive())[0].MessageAttributes.ERROR_CODE.StringValue).toBe('NO_RESOURCE');
  });

  it('takes no other input than the event', async () => {
    const { rule } = startEvents();
    await expect(rule('on', [{ Arn: busArn('default'), InputPath: '$.detail' }])).rejects.toThrow(/not supported/);
  });
});

describe('a delivery to a bus', () => {
  const { signal } = new AbortController();

  it('is an event of the sender', async () => {
    const { events, rule, settled, fakes } = startEvents();
    await rule('all', [{ Arn: FUNCTION }], { EventPattern: '{"source":["lambda"]}' });
    const outcome = await events.target.deliver(busArn('default'), delivery, signal);
    await settled();
    const id = outcome.kind === 'accepted' ? outcome.id : undefined;
    expect(JSON.parse(fakes.got[0]?.text ?? '')).toEqual({
      ...{ version: '0', id, source: 'lambda', 'detail-type': 'Done', resources: ['arn:r'], detail: { a: 1 } },
      ...{ account: ACCOUNT, region: 'us-east-1', time: '2026-01-01T00:00:00Z' },
    });
    expect(fakes.got[0]?.delivery.traceHeader).toBe('Root=1-a-b');
  });

  it('needs a bus, an envelope and an object', async () => {
    const { events } = startEvents();
    const refusal = async (arn: string, more: Partial<Delivery>) => {
      const outcome = await events.target.deliver(asArn(arn), { ...delivery, ...more }, signal);
      return outcome.kind === 'refused' && { code: outcome.code, permanent: outcome.permanent };
    };
    expect(await refusal(busArn('nowhere'), {})).toEqual({ code: 'ResourceNotFoundException', permanent: true });
    expect(await refusal(busArn('default'), { event: undefined })).toEqual({
      code: 'InvalidParameter',
      permanent: true,
    });
    expect(await refusal(busArn('default'), { payload: Buffer.from('[]') })).toEqual({
      code: 'MalformedDetail',
      permanent: true,
    });
    expect(await events.target.describe(busArn('nowhere'))).toBeUndefined();
    expect(await events.target.describe(busArn('default'))).toEqual({ arn: busArn('default') });
  });

  it('after a reset finds no rules and no buses', async () => {
    const { events, call, rule, put, fakes } = startEvents();
    await call('CreateEventBus', { Name: 'second' });
    await rule('all', [{ Arn: FUNCTION }]);
    await events.reset();
    await put();
    expect(fakes.got).toHaveLength(0);
    expect((await call('ListEventBuses')).EventBuses).toHaveLength(1);
    expect(await call('PutEvents', { Entries: [eventEntry()] })).toMatchObject({ FailedEntryCount: 0 });
  });
});

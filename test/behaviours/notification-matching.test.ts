// https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-enable-disable-notification-intro.html
import { describe, expect, test } from 'vitest';
import { createBucketNotifications, wants } from '../../mappings/push/bucket-notification.ts';
import { asArn } from '../../src/core/arn.ts';
import type { NotificationRule, ObjectChangeEvent } from '../../src/core/s3-event.ts';
import { FUNCTION, fakeFunction, QUEUE, returned, setUpDispatch, texts } from './dispatch-fakes.ts';

const rule = (given: Partial<NotificationRule> = {}): NotificationRule => ({
  id: 'rule',
  destination: QUEUE,
  events: ['s3:ObjectCreated:*'],
  prefix: '',
  suffix: '',
  ...given,
});

const event: ObjectChangeEvent = {
  id: 'e-1',
  source: 's3',
  sourceArn: asArn('arn:aws:s3:::b'),
  name: 'ObjectCreated:Put',
  occurredAtMs: 0,
  traceHeader: 'Root=1-2-3',
  detail: {
    eventName: 'ObjectCreated:Put',
    eventVersion: '2.1',
    bucket: 'b',
    ownerId: 'A3',
    account: '000000000000',
    region: 'us-east-1',
    key: 'in/a b.csv',
    size: 1,
    eTag: 'e7',
    sequencer: '00',
    principalId: 'AWS:AIDA',
    sourceIp: '127.0.0.1',
    requestId: 'R',
    hostId: 'H',
  },
};

function setUp(...rules: readonly NotificationRule[]) {
  const parts = setUpDispatch();
  const publish = createBucketNotifications({
    ...parts,
    configuration: async () => ({ account: '000000000000', region: 'us-east-1', rules, eventBridge: false }),
  });
  return { ...parts, publish };
}

describe('a notification rule', () => {
  test.each([
    [{ events: ['s3:ObjectCreated:*'] }, true],
    [{ events: ['s3:ObjectCreated:Put'] }, true],
    [{ events: ['s3:ObjectCreated:Copy', 's3:ObjectRemoved:*'] }, false],
    [{ prefix: 'in/' }, true],
    [{ prefix: 'in/a b' }, true],
    [{ prefix: 'in/a+b' }, false],
    [{ suffix: '.csv' }, true],
    [{ prefix: 'in/', suffix: '.jpg' }, false],
  ])('%j wants the event: %s', (given, wanted) => {
    expect(wants(rule(given), event.detail.eventName, event.detail.key)).toBe(wanted);
  });
});

describe('publishing a change', () => {
  test('delivers once for each matching rule, with its id and the trace', async () => {
    const { publish, sqs } = setUp(
      rule({ id: 'one' }),
      rule({ id: 'two', suffix: '.csv' }),
      rule({ id: 'no', suffix: '.jpg' }),
    );
    await publish(event);
    expect(texts(sqs).map((text) => JSON.parse(text).Records[0].s3.configurationId)).toEqual(['one', 'two']);
    expect(sqs.got[0]?.delivery).toMatchObject({
      principal: 's3.amazonaws.com',
      sourceArn: 'arn:aws:s3:::b',
      traceHeader: 'Root=1-2-3',
      eventIds: ['e-1'],
    });
  });

  test('invokes a function asynchronously, triggered by S3', async () => {
    const { publish, functions, calls, clock } = setUp(rule({ destination: FUNCTION }));
    functions.set(
      FUNCTION,
      fakeFunction(() => returned('null')),
    );
    await publish(event);
    await clock.advance(0);
    expect(calls[0]?.request).toMatchObject({ trigger: 's3', eventIds: ['e-1'], traceHeader: 'Root=1-2-3' });
  });

  test('tries again when a target refuses for now, and journals as dropped what it refuses for good', async () => {
    const { publish, sqs, entries } = setUp(rule());
    sqs.answers.push({ kind: 'refused', permanent: false, code: 'Busy', message: 'later' });
    await publish(event);
    expect(sqs.got.length).toBe(1);
    sqs.answers.push({ kind: 'refused', permanent: true, code: 'NonExistentQueue', message: 'gone' });
    await publish(event);
    expect(sqs.got.length).toBe(1);
    expect(entries.at(-1)?.what).toContain('refused, dropped (NonExistentQueue: gone)');
  });
});

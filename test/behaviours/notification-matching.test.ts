// https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-enable-disable-notification-intro.html
import { describe, expect, test } from 'vitest';
import { createBucketNotifications, wants } from '../../mappings/push/bucket-notification.ts';
import { asArn } from '../../src/core/arn.ts';
import type {
  NotificationConfiguration,
  NotificationRule,
  ObjectChange,
  ObjectChangeEvent,
} from '../../src/core/records/s3-event.ts';
import { FUNCTION, fakeFunction, QUEUE, returned, setUpDispatch, TOPIC, texts } from './dispatch-fakes.ts';

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
    requester: '000000000000',
    sourceIp: '127.0.0.1',
    requestId: 'R',
    hostId: 'H',
  },
};

function setUp(...rules: readonly NotificationRule[]) {
  return withConfiguration({ rules, eventBridge: false });
}

function withConfiguration(given: Pick<NotificationConfiguration, 'rules' | 'eventBridge'>) {
  const parts = setUpDispatch();
  const publish = createBucketNotifications({
    ...parts,
    configuration: async () => ({ account: '000000000000', region: 'us-east-1', ...given }),
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

  test('a topic gets it with the subject of S3', async () => {
    const { publish, sns } = setUp(rule({ destination: TOPIC }));
    await publish(event);
    expect(sns.got[0]?.delivery.subject).toBe('Amazon S3 Notification');
    expect(JSON.parse(texts(sns)[0] ?? '').Records[0].eventName).toBe('ObjectCreated:Put');
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html, with members and order as recorded.
describe('a bucket whose events go to EventBridge', () => {
  const told = async (detail: Partial<ObjectChange>) => {
    const { publish, events } = withConfiguration({ rules: [], eventBridge: true });
    await publish({ ...event, occurredAtMs: 7, detail: { ...event.detail, ...detail } });
    const [{ arn, delivery }] = events.got as [(typeof events.got)[number]];
    return { arn, envelope: delivery.event, detail: texts(events)[0] };
  };

  test('tells the default bus of each with its key as it is', async () => {
    expect(await told({})).toEqual({
      arn: 'arn:aws:events:us-east-1:000000000000:event-bus/default',
      envelope: { source: 'aws.s3', detailType: 'Object Created', resources: ['arn:aws:s3:::b'], atMs: 7 },
      detail:
        '{"version":"0","bucket":{"name":"b"},"object":{"key":"in/a b.csv","size":1,"etag":"e7","sequencer":"00"},"request-id":"R","requester":"000000000000","source-ip-address":"127.0.0.1","reason":"PutObject"}',
    });
  });

  test('says how an object was deleted', async () => {
    const removed = { size: undefined, eTag: undefined };
    const { envelope, detail } = await told({ eventName: 'ObjectRemoved:Delete', ...removed });
    expect(envelope?.detailType).toBe('Object Deleted');
    expect(detail).toBe(
      '{"version":"0","bucket":{"name":"b"},"object":{"key":"in/a b.csv","sequencer":"00"},"request-id":"R","requester":"000000000000","source-ip-address":"127.0.0.1","reason":"DeleteObject","deletion-type":"Permanently Deleted"}',
    );
    const marker = await told({ eventName: 'ObjectRemoved:DeleteMarkerCreated', size: undefined, versionId: 'v' });
    expect(JSON.parse(marker.detail ?? '')).toMatchObject({
      object: { 'version-id': 'v' },
      'deletion-type': 'Delete Marker Created',
    });
  });

  test.each([
    ['ObjectTagging:Put', 'Object Tags Added'],
    ['ObjectTagging:Delete', 'Object Tags Deleted'],
    ['ObjectAcl:Put', 'Object ACL Updated'],
  ] as const)('tells of %s as %s, without a reason', async (eventName, detailType) => {
    const { envelope, detail } = await told({ eventName, size: undefined, sequencer: undefined });
    expect(envelope?.detailType).toBe(detailType);
    expect(Object.keys(JSON.parse(detail ?? ''))).not.toContain('reason');
  });
});

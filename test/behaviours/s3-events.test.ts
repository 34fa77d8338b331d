// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
import { describe, expect, test } from 'vitest';
import { startBucket } from './s3-fixture.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const KEY = { Bucket: 'bucket', Key: 'k' };

async function startNotifications(options: { readonly enforcePolicies?: boolean } = {}) {
  const started = await startBucket(options);
  started.queues.set(QUEUE, { arn: QUEUE as never, allows: async () => false });
  const configure = (NotificationConfiguration: object, more: object = {}) => ({
    ...{ Bucket: 'bucket', NotificationConfiguration },
    ...more,
  });
  const rule = (Events: readonly string[], prefix?: string, suffix?: string) => ({
    QueueArn: QUEUE,
    Events,
    ...(prefix === undefined && suffix === undefined
      ? {}
      : {
          Filter: {
            Key: {
              FilterRules: [
                { Name: 'prefix', Value: prefix ?? '' },
                { Name: 'suffix', Value: suffix ?? '' },
              ],
            },
          },
        }),
  });
  return {
    ...started,
    rule,
    set: (configuration: object, more?: object) =>
      started.call('PutBucketNotificationConfiguration', configure(configuration, more)),
    refused: (configuration: object, more?: object) =>
      started.refusal('PutBucketNotificationConfiguration', configure(configuration, more)),
  };
}

describe('records', () => {
  test('have the members of their kind of event and no others', async () => {
    const { put, call, events } = await startBucket();
    await put('k', 'data');
    await call('PutObjectTagging', { ...KEY, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
    await call('PutObjectAcl', { ...KEY, ACL: 'public-read' });
    await call('PutObjectAcl', { ...KEY, ACL: 'public-read' });
    await call('DeleteObjectTagging', KEY);
    await call('DeleteObject', KEY);
    const shown = events.map(({ name, detail: { eventVersion, size, eTag, versionId, sequencer } }) => [
      name,
      eventVersion,
      size,
      eTag !== undefined,
      versionId,
      sequencer !== undefined,
    ]);
    expect(shown).toEqual([
      ['ObjectCreated:Put', '2.1', 4, true, undefined, true],
      ['ObjectTagging:Put', '2.3', undefined, true, undefined, false],
      ['ObjectAcl:Put', '2.3', undefined, true, undefined, false],
      ['ObjectTagging:Delete', '2.3', undefined, true, undefined, false],
      ['ObjectRemoved:Delete', '2.1', undefined, false, undefined, true],
    ]);
  });

  test('say who, from where and by which request', async () => {
    const { put, events } = await startBucket();
    await put('a b', 'data');
    expect(events).toMatchObject([
      {
        source: 's3',
        sourceArn: 'arn:aws:s3:::bucket',
        traceHeader: 'Root=1-2-3',
        detail: {
          key: 'a b',
          bucket: 'bucket',
          region: 'us-east-1',
          account: '000000000000',
          ownerId: expect.stringMatching(/^A[0-9A-Z]{13}$/),
          principalId: 'AWS:AIDAUSER',
          sourceIp: '127.0.0.1',
          requestId: 'REQUEST',
          hostId: 'host',
          eTag: '8d777f385d3dfec8815d20f7496026dc',
        },
      },
    ]);
  });

  test('have sequencers that grow while the clock stands still', async () => {
    const { put, events } = await startBucket();
    for (let n = 0; n < 20; n++) await put('k', String(n));
    const sequencers = events.map(({ detail }) => detail.sequencer ?? '');
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
    expect(sequencers[0]).toMatch(/^[0-9A-F]{16}$/);
  });

  test('come for each key of many deletions, also where nothing was', async () => {
    const { put, call, names } = await startBucket();
    await put('a', '');
    await call('DeleteObjects', { Bucket: 'bucket', Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } });
    expect(names()).toEqual(['ObjectCreated:Put', 'ObjectRemoved:Delete', 'ObjectRemoved:Delete']);
  });
});

describe('a notification configuration', () => {
  test('is shown as AWS would have written it, and handed to matching', async () => {
    const { set, rule, call, s3 } = await startNotifications();
    await set({ QueueConfigurations: [rule(['s3:ObjectCreated:*'], 'in/', '.csv')] });
    const { QueueConfigurations } = await call('GetBucketNotificationConfiguration', { Bucket: 'bucket' });
    expect(QueueConfigurations).toMatchObject([
      {
        Id: expect.stringMatching(/.+/),
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'Prefix', Value: 'in/' },
              { Name: 'Suffix', Value: '.csv' },
            ],
          },
        },
      },
    ]);
    expect(await s3.notificationConfiguration('bucket')).toMatchObject({
      rules: [{ destination: QUEUE, events: ['s3:ObjectCreated:*'], prefix: 'in/', suffix: '.csv' }],
      eventBridge: false,
    });
    await set({});
    expect(await s3.notificationConfiguration('bucket')).toMatchObject({ rules: [] });
  });

  test('sends a test event to queues, unless the destination is not to be checked', async () => {
    const { set, rule, deliveries } = await startNotifications();
    await set({ QueueConfigurations: [rule(['s3:ObjectCreated:*'])] }, { SkipDestinationValidation: true });
    expect(deliveries).toEqual([]);
    await set({ QueueConfigurations: [rule(['s3:ObjectCreated:*'])] });
    const payload = deliveries.map(({ delivery }) => JSON.parse(Buffer.from(delivery.payload).toString()));
    expect(payload).toEqual([
      {
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Time: '2026-01-01T00:00:00.000Z',
        Bucket: 'bucket',
        RequestId: 'REQUEST',
        HostId: 'host',
      },
    ]);
  });

  test('may not have two rules that could fire for one event', async () => {
    const { set, refused, rule } = await startNotifications();
    const both = (...QueueConfigurations: readonly object[]) => ({ QueueConfigurations });
    const created = ['s3:ObjectCreated:*'];
    expect(await refused(both(rule(created), rule(['s3:ObjectCreated:Put'])))).toMatchObject({
      message: 'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
      ArgumentValue: 's3:ObjectCreated:*, s3:ObjectCreated:Put',
    });
    expect(await refused(both(rule(created, 'a/', 'jpg'), rule(created, 'a/b', 'pg')))).toMatchObject({
      message:
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
    });
    await set(both(rule(created, 'a/', '.jpg'), rule(created, 'a/', '.png')));
    await set(both(rule(created, 'a/'), rule(created, 'b/'), rule(['s3:ObjectRemoved:*'], 'a/')));
  });

  test('names every destination that is missing', async () => {
    const { refused } = await startNotifications();
    const missing = { QueueArn: `${QUEUE}-2`, Events: ['s3:ObjectCreated:*'] };
    expect(await refused({ QueueConfigurations: [missing] })).toMatchObject({
      message: 'Unable to validate the following destination configurations',
      ArgumentName1: `${QUEUE}-2`,
      ArgumentValue1: 'The destination queue does not exist',
    });
  });

  test('needs the function to let S3 in', async () => {
    const { set, refused, allowed } = await startNotifications();
    const configuration = {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: FUNCTION, Events: ['s3:ObjectCreated:*'] }],
    };
    expect(await refused(configuration)).toMatchObject({
      ArgumentName1: `${FUNCTION}, null`,
      ArgumentValue1: `Not authorized to invoke function [${FUNCTION}]`,
    });
    allowed.add(FUNCTION);
    await set(configuration);
  });

  test('checks queue policies only where policies are enforced', async () => {
    const configuration = { QueueConfigurations: [{ QueueArn: QUEUE, Events: ['s3:ObjectCreated:*'] }] };
    await (await startNotifications()).set(configuration);
    const strict = await startNotifications({ enforcePolicies: true });
    expect(await strict.refused(configuration)).toMatchObject({ ArgumentName1: QUEUE });
  });

  test('reports a malformed ARN first, even when destinations are not to be checked', async () => {
    const { refused } = await startNotifications();
    const configuration = { QueueConfigurations: [{ QueueArn: 'nonsense', Events: ['s3:ObjectCreated:*'] }] };
    expect(await refused(configuration, { SkipDestinationValidation: true })).toMatchObject({
      message: 'The ARN could not be parsed',
      ArgumentName: 'Queue',
      ArgumentValue: 'nonsense',
    });
  });

  test('is refused, never silently accepted, for services that are not there', async () => {
    const { refused } = await startNotifications();
    const topic = 'arn:aws:sns:us-east-1:000000000000:topic';
    const configuration = { TopicConfigurations: [{ TopicArn: topic, Events: ['s3:ObjectCreated:*'] }] };
    expect(await refused(configuration, { SkipDestinationValidation: true })).toMatchObject({
      ArgumentName1: topic,
      ArgumentValue1: 'Amazon SNS is not available in this version of Headwater',
    });
    expect(await refused({ EventBridgeConfiguration: {} })).toMatchObject({ ArgumentName1: 'EventBridge' });
  });
});

test('a bucket takes deliveries as objects', async () => {
  const { s3, text, names, events } = await startBucket();
  const delivery = { payload: Buffer.from('{}'), principal: 'lambda.amazonaws.com', sourceArn: FUNCTION as never };
  const deliver = (arn: string, key: string) =>
    s3.target.deliver(arn as never, { ...delivery, key, eventIds: [] }, new AbortController().signal);
  expect(await deliver('arn:aws:s3:::bucket', 'failed/1.json')).toEqual({ kind: 'accepted', id: events[0]?.id });
  expect(await text('failed/1.json')).toBe('{}');
  expect(names()).toEqual(['ObjectCreated:Put']);
  expect(await deliver('arn:aws:s3:::missing', 'k')).toMatchObject({ kind: 'refused', code: 'NoSuchBucket' });
  expect(await s3.target.describe('arn:aws:s3:::bucket' as never)).toBeDefined();
});

// While a backend is away nothing that was acknowledged is dropped: a change of an object is not acknowledged before its
// notification is stored, and what an asynchronous invocation came to waits for its destination.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html: each event at least once
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
import { expect, test } from 'vitest';
import { createBucketNotifications } from '../../mappings/push/bucket-notification.ts';
import { asArn } from '../../src/core/arn.ts';
import { HOUR } from '../../src/core/clock.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import type { ObjectChangeEvent } from '../../src/core/records/s3-event.ts';
import { type FakeTarget, FUNCTION, fakeFunction, QUEUE, request, setUpDispatch, threw } from './dispatch-fakes.ts';

/** The next so many deliveries meet a backend that is away. */
function takeAway(target: FakeTarget, times: number): void {
  const { deliver } = target;
  let left = times;
  target.deliver = async (...given) => {
    left -= 1;
    if (left >= 0) throw new BackendUnavailable('Redis', 'there is no connection');
    return await deliver.apply(target, given);
  };
}

const change: ObjectChangeEvent = {
  ...{ id: 'e-1', source: 's3', sourceArn: asArn('arn:aws:s3:::b'), name: 'ObjectCreated:Put', occurredAtMs: 0 },
  traceHeader: 'Root=1-2-3',
  detail: {
    ...{
      eventName: 'ObjectCreated:Put',
      eventVersion: '2.1',
      bucket: 'b',
      key: 'k',
      size: 1,
      eTag: 'e',
      sequencer: '0',
    },
    ...{ ownerId: 'A3', account: '000000000000', region: 'us-east-1', principalId: 'AWS:AIDA', requester: 'r' },
    ...{ sourceIp: '127.0.0.1', requestId: 'R', hostId: 'H' },
  },
};

function setUpBucket() {
  const parts = setUpDispatch();
  const rule = { id: 'rule', destination: QUEUE, events: ['s3:ObjectCreated:*'], prefix: '', suffix: '' };
  const place = { account: '000000000000', region: 'us-east-1' };
  const configuration = async () => ({ ...place, rules: [rule], eventBridge: false });
  return { ...parts, publish: createBucketNotifications({ ...parts, configuration }) };
}

test('a notification is stored once the backend of its destination is back', async () => {
  const { publish, sqs } = setUpBucket();
  takeAway(sqs, 5);
  await publish(change);
  expect(sqs.got).toHaveLength(1);
});

test('the change is refused when that takes long, so that its client makes it again', async () => {
  const { publish, sqs } = setUpBucket();
  takeAway(sqs, Number.POSITIVE_INFINITY);
  await expect(publish(change)).rejects.toBeInstanceOf(BackendUnavailable);
  expect(sqs.got).toEqual([]);
});

test('a record waits for its destination however long that is away', async () => {
  const { clock, dispatcher, functions, sqs } = setUpDispatch();
  const failing = fakeFunction(() => threw('intentional failure'));
  functions.set(FUNCTION, { ...failing, config: { ...failing.config, maximumRetryAttempts: 0, onFailure: QUEUE } });
  takeAway(sqs, 20);
  await dispatcher.enqueue(request('{}'));
  await clock.advance(HOUR);
  expect(sqs.got).toHaveLength(1);
});

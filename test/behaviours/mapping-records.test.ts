// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html; members and order as recorded.
import { expect, test } from 'vitest';
import { recordsPayload } from '../../mappings/payload/records.ts';
import { s3Payload } from '../../mappings/payload/s3.ts';
import { sqsRecord } from '../../mappings/payload/sqs.ts';
import { asArn } from '../../src/core/arn.ts';
import type { ObjectChange, ObjectChangeEvent } from '../../src/core/s3-event.ts';
import type { SqsMessageDetail, SqsMessageEvent } from '../../src/core/sqs-message.ts';

const QUEUE = asArn('arn:aws:sqs:eu-west-1:000000000000:q');

const message = (detail: Partial<SqsMessageDetail> = {}): SqsMessageEvent => ({
  id: 'm',
  source: 'sqs',
  sourceArn: QUEUE,
  name: 'Message',
  occurredAtMs: 0,
  detail: {
    messageId: 'm',
    receiptHandle: 'h',
    body: '{"n": 300.0}',
    md5OfBody: 'b5',
    attributes: {
      ApproximateFirstReceiveTimestamp: '2',
      SenderId: 'AIDA',
      MessageDeduplicationId: 'd',
      MessageGroupId: 'g',
      SequenceNumber: '1',
      SentTimestamp: '1',
      AWSTraceHeader: 'Root=1',
      ApproximateReceiveCount: '1',
    },
    messageAttributes: {},
    ...detail,
  },
});

test('an SQS record has the members of AWS in their order', () => {
  expect(sqsRecord(message(), { window: false })).toBe(
    '{"messageId":"m","receiptHandle":"h","body":"{\\"n\\": 300.0}","attributes":{"ApproximateReceiveCount":"1","AWSTraceHeader":"Root=1","SentTimestamp":"1","SequenceNumber":"1","MessageGroupId":"g","SenderId":"AIDA","MessageDeduplicationId":"d","ApproximateFirstReceiveTimestamp":"2"},"messageAttributes":{},"md5OfBody":"b5","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:000000000000:q","awsRegion":"eu-west-1"}',
  );
});

test('the MD5 of no message attributes is null with a batching window and absent without', () => {
  expect(sqsRecord(message(), { window: true })).toContain(
    '"messageAttributes":{},"md5OfMessageAttributes":null,"md5OfBody"',
  );
  expect(sqsRecord(message(), { window: false })).not.toContain('md5OfMessageAttributes');
});

test('message attributes are spelt as records spell them', () => {
  const record = sqsRecord(
    message({
      md5OfMessageAttributes: 'a5',
      messageAttributes: {
        a: { DataType: 'String.label', StringValue: 'v' },
        b: { DataType: 'Binary', BinaryValue: Buffer.from('é') },
      },
    }),
    { window: false },
  );
  expect(record).toContain(
    '"messageAttributes":{"a":{"stringValue":"v","stringListValues":[],"binaryListValues":[],"dataType":"String.label"},"b":{"binaryValue":"w6k=","stringListValues":[],"binaryListValues":[],"dataType":"Binary"}},"md5OfMessageAttributes":"a5","md5OfBody"',
  );
});

test('records are joined to one event', () => {
  expect(Buffer.from(recordsPayload(['{"a":1}', '{"b":2}'])).toString()).toBe('{"Records":[{"a":1},{"b":2}]}');
});

const change = (detail: Partial<ObjectChange> = {}): ObjectChangeEvent => ({
  id: 'e',
  source: 's3',
  sourceArn: asArn('arn:aws:s3:::b'),
  name: 'ObjectCreated:Put',
  occurredAtMs: Date.parse('2026-01-01T00:00:00.123Z'),
  detail: {
    eventName: 'ObjectCreated:Put',
    eventVersion: '2.1',
    bucket: 'b',
    ownerId: 'A3',
    account: '000000000000',
    region: 'eu-west-1',
    key: 'k',
    size: 9,
    eTag: 'e7',
    sequencer: '0055',
    principalId: 'AWS:AIDA',
    sourceIp: '127.0.0.1',
    requestId: 'R',
    hostId: 'H',
    ...detail,
  },
});

test('an S3 notification has the members of AWS in their order', () => {
  expect(Buffer.from(s3Payload(change({ versionId: 'v' }), 'c')).toString()).toBe(
    '{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2026-01-01T00:00:00.123Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:AIDA"},"requestParameters":{"sourceIPAddress":"127.0.0.1"},"responseElements":{"x-amz-request-id":"R","x-amz-id-2":"H"},"s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":"b","ownerIdentity":{"principalId":"A3"},"arn":"arn:aws:s3:::b"},"object":{"key":"k","size":9,"eTag":"e7","versionId":"v","sequencer":"0055"}}}]}',
  );
});

test('a removal shows neither size nor eTag', () => {
  const payload = s3Payload(change({ size: undefined, eTag: undefined }), 'c');
  expect(JSON.parse(Buffer.from(payload).toString()).Records[0].s3.object).toEqual({ key: 'k', sequencer: '0055' });
});

test.each([
  ['red flower.jpg', 'red+flower.jpg'],
  ['a/b c+d@é', 'a/b+c%2Bd%40%C3%A9'],
  ["!~'()*-._", '%21%7E%27%28%29*-._'],
])('the key %s is written %s', (key, written) => {
  const payload = s3Payload(change({ key }), 'c');
  expect(JSON.parse(Buffer.from(payload).toString()).Records[0].s3.object.key).toBe(written);
});

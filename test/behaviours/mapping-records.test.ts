// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, …/with-kinesis.html, …/with-ddb.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html; members and order as recorded.
import { describe, expect, test } from 'vitest';
import { dynamodbRecord } from '../../mappings/payload/dynamodb.ts';
import { kinesisRecord } from '../../mappings/payload/kinesis.ts';
import { recordsPayload } from '../../mappings/payload/records.ts';
import { s3Payload } from '../../mappings/payload/s3.ts';
import { sqsRecord } from '../../mappings/payload/sqs.ts';
import { asArn } from '../../src/core/arn.ts';
import type { ItemChangeEvent } from '../../src/core/records/dynamodb-change.ts';
import type { KinesisRecordEvent } from '../../src/core/records/kinesis-record.ts';
import type { ObjectChange, ObjectChangeEvent } from '../../src/core/records/s3-event.ts';
import type { SqsMessageDetail, SqsMessageEvent } from '../../src/core/records/sqs-message.ts';

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
    requester: '000000000000',
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

describe('a record of a Kinesis stream', () => {
  const event = {
    id: 'shardId-000000000000:4959',
    source: 'kinesis',
    sourceArn: asArn('arn:aws:kinesis:eu-west-1:000000000000:stream/s'),
    name: 'aws:kinesis:record',
    occurredAtMs: 1_545_084_650_987,
    position: { shardId: 'shardId-000000000000', sequenceNumber: '4959' },
    detail: { partitionKey: 'a "key"', data: Buffer.from('hello'), arrivedAtMs: 1_545_084_650_987 },
  } as const satisfies KinesisRecordEvent;

  test('has the members of the recording, in its order', () => {
    const text = kinesisRecord(
      { event, key: 'a "key"', positionAfter: '1' },
      { sourceArn: event.sourceArn, region: 'eu-west-1', roleArn: 'arn:aws:iam::000000000000:role/r' },
    );
    expect(text).toBe(
      '{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"a \\"key\\"","sequenceNumber":"4959","data":"aGVsbG8=",' +
        '"approximateArrivalTimestamp":1545084650.987},"eventSource":"aws:kinesis","eventVersion":"1.0",' +
        '"eventID":"shardId-000000000000:4959","eventName":"aws:kinesis:record",' +
        '"invokeIdentityArn":"arn:aws:iam::000000000000:role/r","awsRegion":"eu-west-1",' +
        '"eventSourceARN":"arn:aws:kinesis:eu-west-1:000000000000:stream/s"}',
    );
  });
});

describe('a change of an item', () => {
  const event = {
    id: 'change',
    source: 'dynamodb',
    sourceArn: asArn('arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000'),
    name: 'MODIFY',
    occurredAtMs: 1_480_642_020_500,
    position: { shardId: 'shardId-1', sequenceNumber: '111' },
    detail: {
      eventId: 'f07f8ca4b0b26cb9c4e5e77e69f274ee',
      keys: { id: { S: 'x' } },
      newImage: { id: { S: 'x' }, bytes: { B: Buffer.from('foobar') }, list: { L: [{ BS: [Buffer.from('a')] }] } },
      sizeBytes: 26,
      viewType: 'NEW_IMAGE',
    },
  } as const satisfies ItemChangeEvent;
  const context = { sourceArn: event.sourceArn, region: 'us-east-1', roleArn: 'role' };

  test('has the members of the recording, in its order', () => {
    expect(dynamodbRecord({ event, key: 'x', positionAfter: '1' }, context)).toBe(
      '{"eventID":"f07f8ca4b0b26cb9c4e5e77e69f274ee","eventName":"MODIFY","eventVersion":"1.1","eventSource":"aws:dynamodb",' +
        '"awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":1480642020,"Keys":{"id":{"S":"x"}},' +
        '"NewImage":{"id":{"S":"x"},"bytes":{"B":"Zm9vYmFy"},"list":{"L":[{"BS":["YQ=="]}]}},' +
        '"SequenceNumber":"111","SizeBytes":26,"StreamViewType":"NEW_IMAGE"},' +
        '"eventSourceARN":"arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000"}',
    );
  });

  test('says who did it where that was not a user', () => {
    const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    const expired = { ...event, name: 'REMOVE', detail: { ...event.detail, userIdentity } };
    const text = dynamodbRecord({ event: expired, key: 'x', positionAfter: '1' }, context);
    expect(JSON.parse(text)).toMatchObject({ eventName: 'REMOVE', userIdentity });
  });
});

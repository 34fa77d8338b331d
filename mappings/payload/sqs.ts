import { parseArn } from '../../src/core/arn.ts';
import type { SqsMessageAttribute, SqsMessageEvent } from '../../src/core/sqs-message.ts';

/** System attributes in the order in which AWS writes them into a record. */
const ATTRIBUTES = [
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'SentTimestamp',
  'SequenceNumber',
  'MessageGroupId',
  'SenderId',
  'MessageDeduplicationId',
  'ApproximateFirstReceiveTimestamp',
  'DeadLetterQueueSourceArn',
] as const;

/**
 * One message as the JSON of a record. Members and their order are as recorded; without message attributes their MD5 is
 * `null` when the mapping has a batching window and absent when it has none.
 * docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function sqsRecord(event: SqsMessageEvent, options: { readonly window: boolean }): string {
  const { detail, sourceArn } = event;
  return JSON.stringify({
    messageId: detail.messageId,
    receiptHandle: detail.receiptHandle,
    body: detail.body,
    attributes: Object.fromEntries(
      ATTRIBUTES.flatMap((name) => (detail.attributes[name] === undefined ? [] : [[name, detail.attributes[name]]])),
    ),
    messageAttributes: Object.fromEntries(
      Object.entries(detail.messageAttributes).map(([name, attribute]) => [name, messageAttribute(attribute)]),
    ),
    md5OfMessageAttributes: detail.md5OfMessageAttributes ?? (options.window ? null : undefined),
    md5OfBody: detail.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: sourceArn,
    awsRegion: parseArn(sourceArn)?.region,
  });
}

function messageAttribute({ DataType, StringValue, BinaryValue }: SqsMessageAttribute) {
  return {
    stringValue: StringValue,
    binaryValue: BinaryValue && Buffer.from(BinaryValue).toString('base64'),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

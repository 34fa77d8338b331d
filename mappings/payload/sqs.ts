import {
  type SqsMessageAttribute,
  type SqsMessageEvent,
  SYSTEM_ATTRIBUTES,
} from '../../src/core/records/sqs-message.ts';

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
    attributes: systemAttributes(detail.attributes),
    messageAttributes: messageAttributes(detail.messageAttributes),
    md5OfMessageAttributes: detail.md5OfMessageAttributes ?? (options.window ? null : undefined),
    md5OfBody: detail.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: sourceArn,
    awsRegion: sourceArn.split(':', 4)[3],
  });
}

/** Each message goes through here, so it is a loop and not a chain of lists. */
function systemAttributes(given: Readonly<Record<string, string>>): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of SYSTEM_ATTRIBUTES) {
    const value = given[name];
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

function messageAttributes(given: Readonly<Record<string, SqsMessageAttribute>>): Record<string, object> {
  const attributes: Record<string, object> = {};
  for (const name in given) {
    const attribute = given[name];
    if (attribute) attributes[name] = messageAttribute(attribute);
  }
  return attributes;
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

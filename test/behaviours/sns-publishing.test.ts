// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
// https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
import { describe, expect, test } from 'vitest';
import { refusalOf, startSns } from './sns-fixture.ts';

describe('refuses', () => {
  const refusal = async (Message: string, more: object = {}) => {
    const { topic } = startSns();
    const orders = await topic('orders');
    return await refusalOf(orders.publish(Message, more));
  };

  test('a message that is empty, or too long', async () => {
    expect((await refusal('')).message).toBe('Invalid parameter: Empty message');
    expect((await refusal('x'.repeat(262_145))).message).toBe('Invalid parameter: Message too long');
  });

  test('a subject that is empty, too long or broken into lines', async () => {
    for (const Subject of ['', 'x'.repeat(100), 'a\nb']) {
      expect((await refusal('paid', { Subject })).message).toBe('Invalid parameter: Subject');
    }
  });

  test('several texts without a default', async () => {
    const structure = async (Message: string) => (await refusal(Message, { MessageStructure: 'json' })).message;
    const noDefault = 'Invalid parameter: Message Structure - No default entry in JSON message body';
    expect(await structure('{"sqs":"a"}')).toBe(noDefault);
    expect(await structure('{"default":{"a":1}}')).toBe(noDefault);
    expect(await structure('no json')).toBe('Invalid parameter: Message Structure - JSON message body failed to parse');
  });

  const attributes: readonly (readonly [string, string, object, string])[] = [
    [
      'an attribute without a value',
      'attr1',
      { DataType: 'String', StringValue: '' },
      "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
    [
      'text where bytes belong',
      'attr1',
      { DataType: 'Binary', StringValue: 'x' },
      "The message attribute 'attr1' with type 'Binary' must use field 'Binary'.",
    ],
    [
      'a type that there is not',
      'attr1',
      { DataType: 'Date', StringValue: 'x' },
      "The message attribute 'attr1' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
    ],
    [
      'a number that is none',
      'attr1',
      { DataType: 'Number', StringValue: 'x' },
      "Could not cast message attribute 'attr1' value to number.",
    ],
    [
      'a name with other characters',
      'a^b',
      { DataType: 'String', StringValue: 'x' },
      "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
    ],
    [
      'a name that begins with a dot',
      '.a',
      { DataType: 'String', StringValue: 'x' },
      "Invalid message attribute name starting with character '.' was found.",
    ],
  ];
  for (const [promise, name, value, message] of attributes) {
    test(promise, async () => {
      expect(await refusal('paid', { MessageAttributes: { [name]: value } })).toEqual({
        code: 'ParameterValueInvalid',
        message,
      });
    });
  }

  test('to send to a telephone, and numbers that are none', async () => {
    const { call } = startSns();
    const publish = async (PhoneNumber: string) =>
      (await refusalOf(call('Publish', { PhoneNumber, Message: 'x' }))).message;
    expect(await publish('+1a234')).toBe('Invalid parameter: PhoneNumber Reason: +1a234 is not valid to publish to');
    expect(await publish('+1234')).toBe('Invalid parameter: Headwater does not support publishing to a PhoneNumber');
  });
});

describe('a batch', () => {
  const batch = async (...entries: readonly object[]) => {
    const { topic, call, settle } = startSns();
    const orders = await topic('orders');
    const queue = await orders.queue('work');
    const answer = call('PublishBatch', { TopicArn: orders.TopicArn, PublishBatchRequestEntries: entries });
    await answer.catch(() => {});
    await settle();
    return { answer, queue };
  };

  test('is published message by message', async () => {
    const { answer, queue } = await batch({ Id: '1', Message: 'one' }, { Id: '2', Message: 'two' });
    const { Successful, Failed } = await answer;
    expect(Successful.map(({ Id }: { readonly Id: string }) => Id)).toEqual(['1', '2']);
    expect(Failed).toEqual([]);
    expect((await queue.texts()).toSorted()).toEqual(['one', 'two']);
  });

  test('has one to ten entries with ids of their own', async () => {
    const code = async (...entries: readonly object[]) => await refusalOf((await batch(...entries)).answer);
    const many = Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, Message: 'x' }));
    expect((await code()).code).toBe('EmptyBatchRequest');
    expect((await code(...many)).code).toBe('TooManyEntriesInBatchRequest');
    expect((await code({ Id: '1', Message: 'a' }, { Id: '1', Message: 'b' })).code).toBe('BatchEntryIdsNotDistinct');
    expect((await code({ Id: 'a.b', Message: 'a' })).message).toBe(
      'The Id of a batch entry in the batch request contains an impermissible character: a.b',
    );
    expect((await code({ Id: 'a'.repeat(81), Message: 'a' })).message).toContain('is too long: a');
  });

  test('is no larger than one message may be', async () => {
    const { answer } = await batch({ Id: '1', Message: 'a'.repeat(200_000) }, { Id: '2', Message: 'b'.repeat(70_000) });
    expect(await refusalOf(answer)).toEqual({
      code: 'BatchRequestTooLong',
      message: 'The length of all the messages put together is more than the limit.',
    });
  });
});

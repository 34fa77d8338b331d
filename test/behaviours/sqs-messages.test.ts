// Sending, receiving and deleting messages.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/core/clock.ts';
import { expectRefusal, START_MS, startSqs } from './sqs-fixture.ts';

const INVALID = 'InvalidParameterValueException';

describe('sending', () => {
  test('answers with the checksums that SDKs verify', async () => {
    const { queue } = startSqs();
    const { send } = await queue('orders');
    const sent = await send('Test Message', {
      MessageAttributes: { Hello: { DataType: 'String', StringValue: 'World' } },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'some-trace-id' } },
    });
    expect(sent).toEqual({
      MessageId: expect.stringMatching(/^[\da-f-]{36}$/),
      MD5OfMessageBody: 'd1d4180b7e411c4be86b00fb2ee103eb',
      MD5OfMessageAttributes: '7db7fb1ba7f41366a8ea5eb18220b26d',
      MD5OfMessageSystemAttributes: 'fdce4f2818803f2f73becc09a54792c0',
    });
  });

  test('refuses a message without a body, or with characters that XML cannot hold', async () => {
    const { queue } = startSqs();
    const { send } = await queue('orders');
    const missing = 'The request must contain the parameter MessageBody.';
    await expectRefusal(send(''), 'MissingRequiredParameterException', missing);
    for (const body of ['\u0000', 'a\b', '\uffff', '\ud800']) {
      await expect(send(body)).rejects.toMatchObject({ code: 'InvalidMessageContents' });
    }
    await send('tab\t, line\n, \u{1f600}');
  });

  test('counts attributes into the size, and the trace header not', async () => {
    const { queue } = startSqs();
    const { send } = await queue('orders', { MaximumMessageSize: '1024' });
    const MessageAttributes = { k: { DataType: 'String', StringValue: 'x' } };
    const trace = { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793' };
    await send('a'.repeat(1016), { MessageAttributes, MessageSystemAttributes: { AWSTraceHeader: trace } });
    await expectRefusal(
      send('a'.repeat(1017), { MessageAttributes }),
      INVALID,
      'One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.',
    );
  });

  test.each([
    [
      { a: { DataType: 'Number', StringValue: 'world' } },
      "Can't cast the value of message (user) attribute 'a' to a number.",
    ],
    [
      { a: { DataType: 'String', StringValue: '' } },
      "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
    ],
    [{ a: {} }, "The message (user) attribute 'a' must contain a non-empty message attribute value."],
    [
      { '': { DataType: 'String', StringValue: 'x' } },
      'The request must contain non-empty message (user) attribute names.',
    ],
    [
      { a: { DataType: 'Text', StringValue: 'x' } },
      "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: Binary, Number, String.",
    ],
    [
      { 'AWS.a': { DataType: 'String', StringValue: 'x' } },
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are reserved for internal use.",
    ],
    [
      Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, { DataType: 'String', StringValue: 'x' }])),
      'Number of message attributes [11] exceeds the allowed maximum [10].',
    ],
  ])('refuses the attributes %j', async (MessageAttributes, message) => {
    const { queue } = startSqs();
    const { send } = await queue('orders');
    await expectRefusal(send('hello', { MessageAttributes }), INVALID, message);
  });

  test('refuses parameters that the queue type does not have', async () => {
    const { queue } = startSqs();
    const standard = await queue('orders');
    const fifo = await queue('orders.fifo', { ContentBasedDeduplication: 'true' });
    const reason = 'The request include parameter that is not valid for this queue type.';
    await expectRefusal(
      standard.send('a', { MessageDeduplicationId: 'd' }),
      INVALID,
      `Value d for parameter MessageDeduplicationId is invalid. Reason: ${reason}`,
    );
    await expectRefusal(
      fifo.send('a', { MessageGroupId: 'g', DelaySeconds: 2 }),
      INVALID,
      `Value 2 for parameter DelaySeconds is invalid. Reason: ${reason}`,
    );
    await fifo.send('a', { MessageGroupId: 'g', DelaySeconds: 0 });
    await expectRefusal(
      standard.send('a', { DelaySeconds: 901 }),
      INVALID,
      'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
    );
  });

  test('takes a group id on a standard queue, and checks its form', async () => {
    const { queue } = startSqs();
    const { send, receive } = await queue('orders');
    await send('a', { MessageGroupId: 'tenant-1' });
    const [message] = await receive({ MessageSystemAttributeNames: ['All'] });
    expect(message.Attributes.MessageGroupId).toBe('tenant-1');
    expect(message.Attributes.SequenceNumber).toBeUndefined();
    for (const id of ['', 'group 123', 'x'.repeat(129)]) {
      await expectRefusal(
        send('a', { MessageGroupId: id }),
        INVALID,
        `Value ${id} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
    }
  });

  test('hands the trace of the request on, unless the message has its own', async () => {
    const { call, queue } = startSqs();
    const { receive, QueueUrl } = await queue('orders');
    const traceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
    const own = { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-own' } };
    await call('SendMessage', { QueueUrl, MessageBody: 'a' }, { traceHeader });
    await call('SendMessage', { QueueUrl, MessageBody: 'b', MessageSystemAttributes: own }, { traceHeader });
    const messages = await receive({ AttributeNames: ['AWSTraceHeader'] });
    expect(messages.map(({ Attributes }) => Attributes.AWSTraceHeader)).toEqual([traceHeader, 'Root=1-own']);
  });

  test('is in the journal with its id', async () => {
    const { queue, entries } = startSqs();
    const { send, arn } = await queue('orders');
    const { MessageId } = await send('hello');
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'event', eventIds: [MessageId], arn }));
  });
});

describe('receiving', () => {
  test('shows only what was asked for, and the checksum of just that', async () => {
    const { queue } = startSqs();
    const { send, receive } = await queue('orders', { VisibilityTimeout: '0' });
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    const binary = { DataType: 'Binary', BinaryValue: Buffer.from('dummy 2 value') };
    await send('message from SDK', {
      MessageAttributes: {
        Dummy1Name: text('dummy 1 value'),
        Dummy2Name: text('dummy 2 value'),
        OtherName: text('other value'),
        Dummy3Name: binary,
      },
    });
    const [bare] = await receive();
    expect(Object.keys(bare).sort()).toEqual(['Body', 'MD5OfBody', 'MessageId', 'ReceiptHandle']);
    const [some] = await receive({ MessageAttributeNames: ['Dummy.*'] });
    expect(some.MD5OfMessageAttributes).toBe('c5c0d2c6f195fcbc91083c5465d8955f');
    expect(Object.keys(some.MessageAttributes)).toEqual(['Dummy1Name', 'Dummy2Name', 'Dummy3Name']);
    const [system] = await receive({ AttributeNames: ['SenderId', 'SequenceNumber'] });
    expect(system.Attributes).toEqual({ SenderId: 'AIDAUSER' });
    const [all] = await receive({ AttributeNames: ['All'] });
    expect(all.Attributes).toEqual({
      ApproximateFirstReceiveTimestamp: String(START_MS),
      ApproximateReceiveCount: '4',
      SenderId: 'AIDAUSER',
      SentTimestamp: String(START_MS),
    });
  });

  test('lets the older parameter win in the query protocol only', async () => {
    const { call, queue } = startSqs();
    const { send, QueueUrl } = await queue('orders', { VisibilityTimeout: '0' });
    await send('hello');
    const input = { QueueUrl, AttributeNames: ['SenderId'], MessageSystemAttributeNames: ['All'] };
    const inQuery = await call('ReceiveMessage', input, { protocol: 'query' });
    expect(Object.keys(inQuery.Messages[0].Attributes)).toEqual(['SenderId']);
    const inJson = await call('ReceiveMessage', input);
    expect(Object.keys(inJson.Messages[0].Attributes)).toHaveLength(4);
  });

  test('answers without the member when there is nothing', async () => {
    const { call, queue } = startSqs();
    const { QueueUrl } = await queue('orders');
    expect(await call('ReceiveMessage', { QueueUrl })).toEqual({});
  });

  test.each([
    [
      { MaxNumberOfMessages: 11 },
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      { WaitTimeSeconds: 21 },
      'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    ],
    [
      { VisibilityTimeout: 43_201 },
      'Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.',
    ],
  ])('refuses %j', async (input, message) => {
    const { queue } = startSqs();
    const { receive } = await queue('orders');
    await expectRefusal(receive(input), INVALID, message);
  });

  test('waits in real time for the first message, and a send wakes it at once', async () => {
    const { queue } = startSqs();
    const { send, bodies } = await queue('orders', { ReceiveMessageWaitTimeSeconds: '20' });
    const waiting = bodies();
    await send('hello');
    expect(await waiting).toEqual(['hello']);
  });

  test('wakes a long poll when the virtual clock brings a delayed message', async () => {
    const { queue, clock } = startSqs();
    const { send, bodies } = await queue('orders');
    await send('late', { DelaySeconds: 60 });
    const waiting = bodies({ WaitTimeSeconds: 20 });
    await clock.advance(60 * SECOND);
    expect(await waiting).toEqual(['late']);
  });

  test('ends a long poll when the client goes away', async () => {
    const { call, queue } = startSqs();
    const { send, bodies, QueueUrl } = await queue('orders');
    const client = new AbortController();
    const waiting = call('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 }, { signal: client.signal });
    await Promise.resolve();
    client.abort();
    expect(await waiting).toEqual({});
    await send('hello');
    expect(await bodies()).toEqual(['hello']);
  });
});

describe('deleting and hiding', () => {
  test('deletes with the handle of the last receive, as often as one likes', async () => {
    const { queue, clock } = startSqs();
    const { send, receive, remove, bodies } = await queue('orders', { VisibilityTimeout: '1' });
    await send('hello');
    const [{ ReceiptHandle }] = await receive();
    await clock.advance(2 * SECOND);
    for (let times = 0; times < 3; times++) expect(await remove(ReceiptHandle)).toEqual({});
    expect(await bodies()).toEqual([]);
  });

  test('refuses what is no handle', async () => {
    const { queue } = startSqs();
    const { remove } = await queue('orders');
    const message = 'The input receipt handle "garbage" is not a valid receipt handle.';
    await expectRefusal(remove('garbage'), 'ReceiptHandleIsInvalid', message);
  });

  test('cannot hide a deleted message, nor any for more than twelve hours in all', async () => {
    const { call, queue, clock } = startSqs();
    const { send, receive, remove, QueueUrl } = await queue('orders');
    await send('hello');
    const [{ ReceiptHandle }] = await receive();
    const hide = (VisibilityTimeout: number) =>
      call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout });
    await clock.advance(SECOND);
    await expectRefusal(
      hide(43_200),
      INVALID,
      'Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].',
    );
    await remove(ReceiptHandle);
    await expectRefusal(
      hide(42),
      INVALID,
      `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  });

  test('shows a message at once when its timeout is set to 0, and that is not for good', async () => {
    const { call, queue } = startSqs();
    const { send, receive, QueueUrl } = await queue('orders');
    await send('hello');
    const [{ ReceiptHandle }] = await receive();
    await call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    expect(await receive()).toHaveLength(1);
    expect(await receive()).toHaveLength(0);
  });

  test('purges what is visible, in flight and delayed, once a minute', async () => {
    const { call, queue, clock } = startSqs();
    const { send, receive, bodies, QueueUrl } = await queue('orders');
    for (const body of ['a', 'b']) await send(body);
    await send('c', { DelaySeconds: 2 });
    await receive({ MaxNumberOfMessages: 1 });
    await call('PurgeQueue', { QueueUrl });
    await clock.advance(HOUR / 100);
    expect(await bodies()).toEqual([]);
    await expectRefusal(
      call('PurgeQueue', { QueueUrl }),
      'PurgeQueueInProgress',
      'Only one PurgeQueue operation on orders is allowed every 60 seconds.',
    );
    await clock.advance(24 * SECOND);
    await call('PurgeQueue', { QueueUrl });
  });
});

describe('batches', () => {
  const entry = (Id: string, more: object = {}) => ({ Id, MessageBody: `body-${Id}`, ...more });

  test('send, hide and delete with one answer for each entry', async () => {
    const { call, queue } = startSqs();
    const { receive, bodies, QueueUrl } = await queue('orders');
    const sent = await call('SendMessageBatch', { QueueUrl, Entries: [entry('1'), entry('2', { DelaySeconds: 901 })] });
    expect(sent.Successful).toEqual([{ Id: '1', MessageId: expect.any(String), MD5OfMessageBody: expect.any(String) }]);
    expect(sent.Failed).toEqual([
      {
        Id: '2',
        SenderFault: true,
        Code: 'InvalidParameterValue',
        Message: 'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
      },
    ]);
    const [{ ReceiptHandle }] = await receive();
    const hidden = { Id: 'a', ReceiptHandle, VisibilityTimeout: 0 };
    const garbage = { Id: 'b', ReceiptHandle: 'garbage', VisibilityTimeout: 0 };
    const changed = await call('ChangeMessageVisibilityBatch', { QueueUrl, Entries: [hidden, garbage] });
    expect(changed.Successful).toEqual([{ Id: 'a' }]);
    expect(changed.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
    expect(await call('DeleteMessageBatch', { QueueUrl, Entries: [{ Id: 'x', ReceiptHandle }] })).toEqual({
      Successful: [{ Id: 'x' }],
    });
    expect(await bodies()).toEqual([]);
  });

  test('refuse what is wrong with the whole call', async () => {
    const { call, queue } = startSqs();
    const { QueueUrl } = await queue('orders');
    const send = (Entries: readonly object[]) => call('SendMessageBatch', { QueueUrl, Entries });
    await expectRefusal(
      send([]),
      'EmptyBatchRequest',
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    );
    await expectRefusal(
      send(Array.from({ length: 20 }, (_, n) => entry(`${n}`))),
      'TooManyEntriesInBatchRequest',
      'Maximum number of entries per request are 10. You have sent 20.',
    );
    await expectRefusal(
      send([entry('message:1')]),
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
    await expectRefusal(send([entry('1'), entry('1')]), 'BatchEntryIdsNotDistinct', 'Id 1 repeated.');
    await expectRefusal(
      send([
        { Id: '1', MessageBody: 'a'.repeat(1_048_576) },
        { Id: '2', MessageBody: 'a' },
      ]),
      'BatchRequestTooLong',
      'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    );
  });

  test('tell of a message over the maximum in words of their own', async () => {
    const { call, queue } = startSqs();
    const { QueueUrl } = await queue('orders', { MaximumMessageSize: '1024' });
    const Entries = [{ Id: '1', MessageBody: 'a'.repeat(1025) }, entry('2')];
    const { Failed, Successful } = await call('SendMessageBatch', { QueueUrl, Entries });
    expect(Successful).toHaveLength(1);
    expect(Failed).toMatchObject([
      {
        Id: '1',
        Code: 'InvalidParameterValue',
        Message: 'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
      },
    ]);
  });

  test('of a FIFO queue fail as a whole when a group id is missing', async () => {
    const { call, queue } = startSqs();
    const { QueueUrl } = await queue('orders.fifo');
    const ids = { MessageDeduplicationId: 'dedup' };
    const Entries = [entry('message', { ...ids, MessageGroupId: 'g' }), entry('message', ids)];
    await expectRefusal(
      call('SendMessageBatch', { QueueUrl, Entries }),
      INVALID,
      'The request must contain the parameter MessageGroupId.',
    );
  });
});

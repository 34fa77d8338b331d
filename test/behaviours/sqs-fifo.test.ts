// FIFO queues as clients see them; the order itself is proved in test/conformance/message-queue.ts.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/clock.ts';
import { expectRefusal, startSqs } from './sqs-fixture.ts';

const INVALID = 'InvalidParameterValueException';
const g1 = { MessageGroupId: 'g1' };
const g2 = { MessageGroupId: 'g2' };

describe('a FIFO queue', () => {
  test('takes the body for the deduplication id when it is told to, whatever the group', async () => {
    const { queue } = startSqs();
    const { send, bodies } = await queue('orders.fifo', { ContentBasedDeduplication: 'true' });
    const first = await send('a', { ...g1, MessageAttributes: { k: { DataType: 'String', StringValue: 'x' } } });
    const again = await send('a', g2);
    expect(again).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    expect(await bodies()).toEqual(['a']);
  });

  test('needs a group id and a deduplication id', async () => {
    const { queue } = startSqs();
    const { send } = await queue('orders.fifo');
    await expectRefusal(
      send('a', { MessageDeduplicationId: 'd' }),
      'MissingRequiredParameterException',
      'The request must contain the parameter MessageGroupId.',
    );
    await expectRefusal(
      send('a', g1),
      INVALID,
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
    await expectRefusal(
      send('a', { ...g1, MessageDeduplicationId: '' }),
      INVALID,
      'Value  for parameter MessageDeduplicationId is invalid. Reason: MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    );
  });

  test('deduplicates within the group once that scope applies, a minute after it was set', async () => {
    const { queue, clock } = startSqs();
    const { send, set, receive, bodies } = await queue('orders.fifo');
    await set({ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' });
    await send('Test4', { ...g1, MessageDeduplicationId: 'd' });
    await send('Test5', { ...g2, MessageDeduplicationId: 'd' });
    expect(await bodies()).toEqual(['Test4']);
    await clock.advance(MINUTE);
    await send('Test6', { MessageGroupId: 'g3', MessageDeduplicationId: 'e' });
    await send('Test7', { MessageGroupId: 'g4', MessageDeduplicationId: 'e' });
    expect(await receive()).toHaveLength(3);
  });

  test('shows order and ids with each message', async () => {
    const { queue } = startSqs();
    const { send, receive } = await queue('orders.fifo');
    const { SequenceNumber } = await send('a', { ...g1, MessageDeduplicationId: 'd' });
    const [message] = await receive({ AttributeNames: ['All'] });
    expect(message.Attributes).toMatchObject({ SequenceNumber, MessageGroupId: 'g1', MessageDeduplicationId: 'd' });
  });

  test('refuses to delete with a handle whose time has passed', async () => {
    const { queue, clock } = startSqs();
    const { send, receive, remove } = await queue('orders.fifo', { VisibilityTimeout: '1' });
    await send('a', { ...g1, MessageDeduplicationId: 'd' });
    const [{ ReceiptHandle }] = await receive();
    await clock.advance(2 * SECOND);
    await expectRefusal(
      remove(ReceiptHandle),
      INVALID,
      `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
  });

  test('gives a repeated receive attempt the same messages; a standard queue has no attempts', async () => {
    const { queue } = startSqs();
    const fifo = await queue('orders.fifo', { ContentBasedDeduplication: 'true' });
    await fifo.send('a', g1);
    const attempt = { ReceiveRequestAttemptId: 'try-1' };
    expect(await fifo.receive(attempt)).toEqual(await fifo.receive(attempt));
    const standard = await queue('orders');
    await expectRefusal(
      standard.receive(attempt),
      INVALID,
      'Value try-1 for parameter ReceiveRequestAttemptId is invalid. Reason: The request include parameter that is not valid for this queue type.',
    );
  });

  test('delays messages by the queue’s own setting', async () => {
    const { queue, clock } = startSqs();
    const { send, bodies } = await queue('orders.fifo', { ContentBasedDeduplication: 'true', DelaySeconds: '5' });
    await send('a', g1);
    expect(await bodies()).toEqual([]);
    await clock.advance(5 * SECOND);
    expect(await bodies()).toEqual(['a']);
  });
});

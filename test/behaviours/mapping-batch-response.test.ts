// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, "Implementing partial batch responses"
import { describe, expect, test } from 'vitest';
import { readBatchResponse } from '../../mappings/poll/batch-response.ts';
import { returned, threw } from './dispatch-fakes.ts';
import { setUpMappings } from './mapping-fakes.ts';

const IDS = new Set(['m-0', 'm-1', 'm-2']);
const read = (json: string) => readBatchResponse(Buffer.from(json), IDS).kind;

describe('the answer of a function that reports item failures', () => {
  test.each(['', '{"batchItemFailures":[]}', '{"batchItemFailures":null}', '{}', 'null', '""', '[]'])(
    '%s means success',
    (json) => expect(read(json)).toBe('succeeded'),
  );

  test.each([
    '{"batchItemFailures":[{"itemIdentifier":""}]}',
    '{"batchItemFailures":[{"itemIdentifier":null}]}',
    '{"batchItemFailures":[{"itemIdentifier":123}]}',
    '{"batchItemFailures":[{"itemIdentifier":"unknown"}]}',
    '{"batchItemFailures":[{"foo":"m-0"}]}',
    '{"batchItemFailures":[{"foo":null}]}',
    '{"batchItemFailures":[{}]}',
    '{"batchItemFailures":[null]}',
    '{"batchItemFailures":[{"itemIdentifier":"m-0"},{"itemIdentifier":"unknown"}]}',
    '{"batchItemFailures":"m-0"}',
    '"(^_^)"',
    'not json',
  ])('%s fails the whole batch', (json) => expect(read(json)).toBe('not-understood'));
});

describe('a mapping with ReportBatchItemFailures', () => {
  const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

  test('deletes the successes; the failures come back when their visibility timeout passes', async () => {
    const { queue, create, fn, clock, calls } = setUpMappings();
    fn.handler = () => returned(calls.length === 1 ? '{"batchItemFailures":[{"itemIdentifier":"m-1"}]}' : '{}');
    queue.send('a', 'b', 'c');
    await create(reporting);
    await clock.advance(0);
    expect(queue.messages.map(({ id }) => id)).toEqual(['m-1']);
    await clock.advance(31_000);
    expect(queue.messages).toEqual([]);
    expect(calls.length).toBe(2);
  });

  test('deletes nothing when the answer makes no sense or the function fails', async () => {
    const { queue, create, fn, clock } = setUpMappings();
    fn.handler = ({ payload }) =>
      Buffer.from(payload).includes('bad') ? returned('{"batchItemFailures":[{"foo":1}]}') : threw('no');
    queue.send('bad', 'worse');
    await create({ ...reporting, BatchSize: 1 });
    await clock.advance(0);
    expect(queue.messages.length).toBe(2);
  });

  test('without it the answer is ignored', async () => {
    const { queue, create, fn, clock } = setUpMappings();
    fn.handler = () => returned('{"batchItemFailures":[{"itemIdentifier":"m-0"}]}');
    queue.send('a');
    await create();
    await clock.advance(0);
    expect(queue.messages).toEqual([]);
  });
});

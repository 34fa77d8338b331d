// README.md, "Following an event": each step is one line.
import { expect, test } from 'vitest';
import { describeEntry } from '../../src/cli/entry-line.ts';

const entry = { offset: 0, atMs: Date.parse('2026-11-22T17:00:00Z') };

test('a step is told with its day, as a virtual clock passes many in one call', () => {
  const line = describeEntry({ ...entry, kind: 'event', what: 'Schedule default/report-day due', eventIds: ['e-1'] });
  expect(line).toBe('2026-11-22T17:00:00.000Z  event     Schedule default/report-day due  (event e-1)');
});

test.each([
  ['arn:aws:sns:us-east-1:000000000000:orders', 'orders'],
  ['arn:aws:sqs:us-east-1:000000000000:orders', 'orders'],
  ['arn:aws:events:us-east-1:000000000000:event-bus/shop', 'shop'],
  ['arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/report', '/aws/lambda/report'],
  ['arn:aws:lambda:us-east-1:000000000000:function:report', 'report'],
  ['arn:aws:kinesis:us-east-1:000000000000:stream/clicks', 'clicks'],
  ['arn:aws:s3:::uploads', 'uploads'],
])('names %s %s', (arn, name) => {
  const line = describeEntry({ ...entry, kind: 'delivery', what: `SNS orders → ${arn}: accepted` });
  expect(line).toMatch(new RegExp(`delivery  SNS orders → ${name}: accepted$`));
});

test('what clients put into names neither breaks the line nor commands the terminal', () => {
  const what = 'S3 ObjectCreated:Put docs/a\nb\r\tc\u001b[31m\u009b1m\u2028\u202etxt 日本 🎉 ü';
  const line = describeEntry({ ...entry, kind: 'event', what, eventIds: ['e\n1'] });
  expect(line).toMatch(/docs\/a\\nb\\r\\tc\\u001b\[31m\\u009b1m\\u2028\\u202etxt 日本 🎉 ü {2}\(event e\\n1\)$/);
});

// Whatever was logged, in whatever order it came: pages hold each event once, in the order of time, in both directions.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runSeed } from '../support/seed.ts';
import { START_MS } from '../support/service-calls.ts';
import { startLogs } from './logs-fixture.ts';

interface Paged {
  readonly message: string;
  readonly timestamp: number;
}

const seed = runSeed('pages of log events');
const STREAMS = ['a', 'b', '__proto__'];
/** Batches that come one after the other, each in order as AWS asks for, and before, among and behind those that are there. */
const batch = fc.record({
  stream: fc.constantFrom(...STREAMS),
  offsets: fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }).map((all) => all.sort((a, b) => a - b)),
});
const asked = fc.record({
  batches: fc.array(batch, { maxLength: 8 }),
  limit: fc.integer({ min: 1, max: 5 }),
  from: fc.option(fc.nat(12), { nil: undefined }),
  to: fc.option(fc.nat(14), { nil: undefined }),
});

const at = (offset: number | undefined) => (offset === undefined ? undefined : START_MS + offset);
const inTime = (events: readonly Paged[]) =>
  events.every(({ timestamp }, index) => timestamp >= (events[index - 1]?.timestamp ?? 0));
const sorted = (messages: readonly string[]) => [...messages].sort();

test('pages of a group and of its streams hold what was logged between two instants', async () => {
  const { call } = startLogs();
  let groups = 0;
  const property = fc.asyncProperty(asked, async ({ batches, limit, from, to }) => {
    const group = { logGroupName: `group-${groups++}` };
    await call('CreateLogGroup', group);
    for (const logStreamName of STREAMS) await call('CreateLogStream', { ...group, logStreamName });
    const logged: (Paged & { readonly stream: string })[] = [];
    for (const [number, { stream, offsets }] of batches.entries()) {
      const logEvents = offsets.map((offset, index) => ({
        ...{ timestamp: START_MS + offset, message: `${stream} ${number}.${index}` },
      }));
      await call('PutLogEvents', { ...group, logStreamName: stream, logEvents });
      logged.push(...logEvents.map((event) => ({ ...event, stream })));
    }
    const range = { ...group, limit, startTime: at(from), endTime: at(to) };
    const expected = (last: number, stream?: string) =>
      logged
        .filter((event) => stream === undefined || event.stream === stream)
        .filter(({ timestamp }) => timestamp >= (at(from) ?? 0) && timestamp <= last)
        .map(({ message }) => message);

    for (const startFromHead of [true, false]) {
      const found: Paged[] = [];
      for (let nextToken: unknown, more = true; more; ) {
        const page = await call('FilterLogEvents', { ...range, startFromHead, nextToken });
        expect(page.events.length).toBeLessThanOrEqual(limit);
        found.push(...page.events);
        nextToken = page.nextToken;
        more = nextToken !== undefined;
      }
      expect(inTime(startFromHead ? found : found.toReversed())).toBe(true);
      const messages = sorted(found.map(({ message }) => message));
      expect(messages).toEqual(sorted(expected(at(to) ?? Number.POSITIVE_INFINITY)));
    }

    for (const startFromHead of [true, false]) {
      for (const logStreamName of STREAMS) {
        const pages: (readonly Paged[])[] = [];
        for (let nextToken: unknown; ; ) {
          const page = await call('GetLogEvents', { ...range, logStreamName, startFromHead, nextToken });
          pages.push(page.events);
          const next = startFromHead ? page.nextForwardToken : page.nextBackwardToken;
          if (next === nextToken) break;
          nextToken = next;
        }
        const found = (startFromHead ? pages : pages.toReversed()).flat();
        expect(inTime(found)).toBe(true);
        const messages = sorted(found.map(({ message }) => message));
        expect(messages).toEqual(sorted(expected((at(to) ?? Number.POSITIVE_INFINITY) - 1, logStreamName)));
      }
    }
  });
  await fc.assert(property, { seed, numRuns: 25 });
});

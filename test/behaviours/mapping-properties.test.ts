// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html: whatever the function does, every message is processed at
// least once, a FIFO group in its order, and no batch is larger or more often in flight than the mapping allows. On the
// real queue, on the virtual clock; a failure prints the seed that repeats it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSource } from '../../connectors/sqs/source.ts';
import { createMappings } from '../../mappings/poll/mappings.ts';
import { openMessageQueue } from '../../src/backends/embedded/message-queue/message-queue.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import type { OutgoingMessage } from '../../src/core/ports/message-queue.ts';
import { runSeed } from '../support/seed.ts';
import { FUNCTION, fakeFunction, QUEUE, returned, setUpDispatch, threw } from './dispatch-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';

const FIFO = `${QUEUE}.fifo` as typeof QUEUE;
const VISIBILITY_MS = 30_000;

type Fate = 'ok' | 'error' | 'partial' | 'nonsense' | 'throttled';

interface Scenario {
  readonly fifo: boolean;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly windowSeconds: number;
  readonly sends: readonly { readonly group: number; readonly afterMs: number }[];
  /** What the function does with each of its first batches (`throttled`: succeeds, and is then throttled for 5 s). */
  readonly fates: readonly Fate[];
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  fifo: fc.boolean(),
  batchSize: fc.integer({ min: 1, max: 10 }),
  maximumConcurrency: fc.integer({ min: 2, max: 6 }),
  windowSeconds: fc.constantFrom(0, 3),
  sends: fc.array(fc.record({ group: fc.integer({ min: 0, max: 3 }), afterMs: fc.constantFrom(0, 0, 1, 700, 4000) }), {
    maxLength: 40,
  }),
  fates: fc.array(fc.constantFrom<Fate>('ok', 'error', 'partial', 'nonsense', 'throttled'), { maxLength: 25 }),
});

test('every message gets through, in order within its group, inside the bounds of the mapping', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const { processed, sizes, most, left } = await play(scenario);
      expect(left).toBe(0);
      expect(new Set(processed).size).toBe(scenario.sends.length);
      expect(processed.length).toBe(scenario.sends.length);
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(scenario.batchSize);
      expect(most).toBeLessThanOrEqual(scenario.maximumConcurrency);
      if (scenario.fifo) {
        for (const group of [0, 1, 2, 3]) {
          const order = processed.filter((body) => body.startsWith(`${group}-`)).map((body) => Number(body.slice(2)));
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
      }
    }),
    { seed: runSeed('queue mappings'), numRuns: 150 },
  );
});

async function play(scenario: Scenario) {
  const parts = setUpDispatch({ timing: { mappingThrottleFirstDelayMs: 1000 } });
  const { clock, random, timing, activity, journal } = parts;
  const store = openMemoryStore();
  const queues = openMessageQueue({ store, clock, random, timing, activity });
  const queue = scenario.fifo ? FIFO : QUEUE;
  const { fifo } = scenario;
  await queues.declare(queue, {
    ...{ fifo, visibilityTimeoutMs: VISIBILITY_MS, delayMs: 0, retentionMs: 86_400_000 },
    ...{ deduplicationScope: 'queue', maxInFlight: 20_000 },
  });
  const source = createSource({
    ...{ queues, journal },
    describe: async (arn) => ({ arn, fifo, visibilityTimeoutMs: VISIBILITY_MS }),
  });
  const observed = observe(scenario, parts);
  const mappings = createMappings({
    ...parts,
    registry: openRegistry(store),
    sources: new Map([['sqs', source]]),
    streams: new Map(),
    functions: parts.directory,
    capacity: 100,
  });
  await mappings.create(
    {
      FunctionName: 'fn',
      EventSourceArn: queue,
      BatchSize: scenario.batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: scenario.maximumConcurrency },
      ...(fifo ? {} : { MaximumBatchingWindowInSeconds: scenario.windowSeconds }),
    },
    CONTEXT,
  );
  for (const [index, { group, afterMs }] of scenario.sends.entries()) {
    await clock.advance(afterMs);
    await queues.send(queue, [outgoing(`${group}-${index}`, fifo ? String(group) : undefined)]);
  }
  await clock.advance(3_600_000);
  const counts = await queues.counts(queue);
  await mappings.close(1000);
  return { ...observed.seen(), left: counts.visible + counts.inFlight + counts.delayed };
}

function outgoing(body: string, groupId: string | undefined): OutgoingMessage {
  return {
    id: `id-${body}`,
    content: { body, md5OfBody: 'md5', senderId: 'sender' },
    ...(groupId === undefined ? {} : { groupId, deduplicationId: body }),
  };
}

/** A function that meets the fates in turn and notes what it got through. */
function observe({ fates }: Scenario, { functions, clock }: ReturnType<typeof setUpDispatch>) {
  const processed: string[] = [];
  const sizes: number[] = [];
  let [calls, running, most] = [0, 0, 0];
  const fn = fakeFunction(async ({ payload }) => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    const records = JSON.parse(Buffer.from(payload).toString()).Records as { messageId: string; body: string }[];
    sizes.push(records.length);
    const fate = fates[calls++] ?? 'ok';
    if (fate === 'throttled') {
      fn.reservedConcurrency = 0;
      clock.setTimer(5000, () => {
        fn.reservedConcurrency = undefined;
      });
    }
    if (fate === 'error') return threw('intentional');
    if (fate === 'nonsense') return returned('{"batchItemFailures":[{"foo":1}]}');
    // As a FIFO function should: from the first failure on, everything fails.
    const good = fate === 'partial' ? Math.floor(records.length / 2) : records.length;
    processed.push(...records.slice(0, good).map(({ body }) => body));
    const failed = records.slice(good).map(({ messageId }) => ({ itemIdentifier: messageId }));
    return returned(JSON.stringify({ batchItemFailures: failed }));
  });
  functions.set(FUNCTION, fn);
  return { seen: () => ({ processed, sizes, most }) };
}

// Batch size and window: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deploy, lambda, sqs } from '../support/raw-client.ts';
import { runSeed } from '../support/seed.ts';
import { type Simulator, startSimulator } from '../support/simulator.ts';
import { zipOf } from '../support/zip.ts';

const ECHO = `exports.handler = async ({ Records }) => {
  console.log('batch ' + JSON.stringify(Records.map(({ body, attributes }) => [body, attributes.MessageGroupId])));
};`;

let simulator: Simulator;
let runs = 0;

beforeAll(async () => {
  simulator = await startSimulator();
  await deploy(simulator.endpoint, 'echo', await zipOf({ 'index.js': ECHO }), { Timeout: 10 });
});
afterAll(async () => await simulator?.[Symbol.asyncDispose]());

/** Batches of (body, group) whose bodies begin with `prefix`, as the function saw them. */
function batchesOf(prefix: string): readonly (readonly (readonly [string, string | undefined])[])[] {
  return simulator.logs
    .flatMap(({ text }) => /batch (\[.*\])/.exec(text)?.[1] ?? [])
    .map((json) => JSON.parse(json) as [string, string | undefined][])
    .filter((batch) => batch[0]?.[0].startsWith(prefix));
}

async function mappedQueue(name: string, settings: object, fifo: boolean): Promise<string> {
  const QueueName = fifo ? `${name}.fifo` : name;
  const Attributes = { VisibilityTimeout: '60', ...(fifo ? { FifoQueue: 'true' } : {}) };
  const { QueueUrl } = await sqs(simulator.endpoint, 'CreateQueue', { QueueName, Attributes });
  const EventSourceArn = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`;
  const mapping = JSON.stringify({ FunctionName: 'echo', EventSourceArn, ...settings });
  await lambda(simulator.endpoint, 'POST', '/2015-03-31/event-source-mappings', mapping);
  return String(QueueUrl);
}

const sends = fc.array(fc.record({ pauseS: fc.constantFrom(0, 0, 0, 1, 3), group: fc.constantFrom('a', 'b', 'c') }), {
  minLength: 1,
  maxLength: 40,
});

test('each message is delivered once, in batches no larger than asked for, at the latest when the window has passed', async () => {
  const seed = runSeed('batching');
  await fc.assert(
    fc.asyncProperty(
      sends,
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 0, max: 5 }),
      async (messages, BatchSize, windowS) => {
        const prefix = `r${runs++}-`;
        const QueueUrl = await mappedQueue(
          `batch${runs}`,
          { BatchSize, MaximumBatchingWindowInSeconds: windowS },
          false,
        );
        for (const [index, { pauseS }] of messages.entries()) {
          if (pauseS > 0) await simulator.advance(pauseS * 1000);
          await sqs(simulator.endpoint, 'SendMessage', { QueueUrl, MessageBody: `${prefix}${index}` });
        }
        await simulator.advance(windowS * 1000);
        const batches = batchesOf(prefix);
        expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(BatchSize);
        const delivered = batches.flat().map(([body]) => Number(body.slice(prefix.length)));
        expect(delivered.sort((a, b) => a - b)).toEqual(messages.map((_, index) => index));
      },
    ),
    { numRuns: 12, seed, endOnFailure: true },
  );
});

test('a FIFO mapping delivers each group in order', async () => {
  const seed = runSeed('FIFO mapping');
  await fc.assert(
    fc.asyncProperty(sends, fc.integer({ min: 1, max: 10 }), async (messages, BatchSize) => {
      const prefix = `f${runs++}-`;
      const QueueUrl = await mappedQueue(`fifo${runs}`, { BatchSize }, true);
      for (const [index, { group }] of messages.entries()) {
        const MessageBody = `${prefix}${index}`;
        await sqs(simulator.endpoint, 'SendMessage', {
          QueueUrl,
          MessageBody,
          MessageGroupId: group,
          MessageDeduplicationId: MessageBody,
        });
      }
      await simulator.advance(0);
      const delivered = batchesOf(prefix).flat();
      for (const group of ['a', 'b', 'c']) {
        const sent = messages.flatMap((message, index) => (message.group === group ? [`${prefix}${index}`] : []));
        expect(delivered.filter(([, of]) => of === group).map(([body]) => body)).toEqual(sent);
      }
    }),
    { numRuns: 12, seed, endOnFailure: true },
  );
});

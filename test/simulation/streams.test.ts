// What a stream's mapping promises: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (order, at least once,
// errors block the shard), https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html (what is given
// up is named), https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html (state of tumbling windows).
import { expect, test } from 'vitest';
import { onReal } from '../support/real-namespace.ts';
import { runSeed } from '../support/seed.ts';
import { realDisk } from './engine/real-disk.ts';
import { simulate } from './engine/simulation.ts';
import { streamSimulation } from './streams/simulation.ts';

/** The same runs each time: a search among new ones is `npm run simulate`. */
const FIRST_SEED = 900_000;
const SEEDS = onReal ? 6 : 150;

test(`${SEEDS} random runs of stream mappings keep order, limits and every record`, async () => {
  const { seeds, size, failure } = await simulate(streamSimulation, {
    firstSeed: runSeed('streams', FIRST_SEED),
    seeds: SEEDS,
    openDisk: onReal ? realDisk : undefined,
  });
  process.stdout.write(`${seeds} runs, ${size} invocations\n`);
  expect(failure, failure).toBeUndefined();
});

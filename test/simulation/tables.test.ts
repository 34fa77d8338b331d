// A table against a simple model: transactions are all or nothing
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html), and its stream has each change
// once, in order (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html).
import { expect, test } from 'vitest';
import { onReal } from '../support/real-namespace.ts';
import { runSeed } from '../support/seed.ts';
import { realDisk } from './engine/real-disk.ts';
import { simulate } from './engine/simulation.ts';
import { tableSimulation } from './tables/simulation.ts';

/** The same runs each time: a search among new ones is `npm run simulate`. */
const FIRST_SEED = 900_000;
const SEEDS = onReal ? 12 : 100;

test(`${SEEDS} random runs of a table agree with a simple model, and its stream replays to it`, async () => {
  const { seeds, size, failure } = await simulate(tableSimulation, {
    firstSeed: runSeed('tables', FIRST_SEED),
    seeds: SEEDS,
    openDisk: onReal ? realDisk : undefined,
  });
  process.stdout.write(`${seeds} runs, ${size} requests\n`);
  expect(failure, failure).toBeUndefined();
});

// What is due is delivered, once for each instant, or ends as a dead letter that tells why:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html,
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html,
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
import { expect, test } from 'vitest';
import { runSeed } from '../support/seed.ts';
import { simulate } from './engine/simulation.ts';
import { schedulesSimulation } from './schedules/simulation.ts';

/** The same runs each time: a search among new ones is `npm run simulate`. */
const FIRST_SEED = 600_000;
const SEEDS = 12;

test(`${SEEDS} random years of schedules and rules deliver what is due, and nothing else`, async () => {
  const { seeds, size, failure } = await simulate(schedulesSimulation, {
    firstSeed: runSeed('schedules', FIRST_SEED),
    seeds: SEEDS,
  });
  process.stdout.write(`${seeds} years, ${size} attempts\n`);
  expect(failure, failure).toBeUndefined();
});

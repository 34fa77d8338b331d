import { systemRandom } from '../../src/core/random.ts';
import type { Scenario } from './scenario.ts';

/** How long the name of a bucket may be. */
const MAX_LENGTH = 63;

/** The case with names of its own for the buckets that it makes: on a real store, all cases share one space of names. */
export function withOwnBuckets(scenario: Scenario): Scenario {
  const suffix = `-${systemRandom.uuid().slice(0, 8)}`;
  const made = scenario.steps.flatMap((step) =>
    'call' in step && step.call === 's3.CreateBucket' ? [step.input] : [],
  );
  const names = new Set(made.map((input) => input['Bucket']).filter(isName));
  let steps = JSON.stringify(scenario.steps);
  for (const name of names)
    steps = steps.replaceAll(new RegExp(`(?<![a-z0-9.-])${name}(?![a-z0-9.-])`, 'g'), name + suffix);
  return { ...scenario, steps: JSON.parse(steps) };
}

/** Names that AWS refuses stay as they are. */
const isName = (name: unknown): name is string =>
  typeof name === 'string' && /^[a-z0-9][a-z0-9.-]+$/.test(name) && name.length + 9 <= MAX_LENGTH;

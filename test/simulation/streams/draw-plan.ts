import { HOUR, SECOND } from '../../../src/core/clock.ts';
import { type Random, seededRandom } from '../../../src/core/random.ts';
import { type Fault, FOREVER, type MappingPlan, type PlannedRecord, type Step, type StreamPlan } from './plan.ts';

const MAX_STEPS = 30;
const FAULTS: readonly Fault[] = ['throttle', 'error', 'timeout', 'hold', 'nonsense'];
const KEYS = 'abcdefgh';

/**
 * Draws a plan. Each run has only some of all features: a run with all of them would hide what two of them do to each other.
 */
export function drawPlan(seed: number): StreamPlan {
  const random = seededRandom(seed);
  const source = chance(random, 0.7) ? 'kinesis' : 'dynamodb';
  const mapping = drawMapping(random, source);
  return {
    seed,
    source,
    shards: source === 'kinesis' ? random.integer(1, 4) : 1,
    mapping,
    createAfter: chance(random, 0.5) ? 0 : random.integer(1, 5),
    faults: drawFaults(random),
    refusals: chance(random, 0.2) ? random.integer(1, 3) : 0,
    steps: drawSteps(random, source, mapping),
  };
}

function drawMapping(random: Random, source: StreamPlan['source']): MappingPlan {
  const starts = ['TRIM_HORIZON', 'TRIM_HORIZON', 'LATEST', ...(source === 'kinesis' ? ['AT_TIMESTAMP'] : [])] as const;
  const maybe = <Value>(probability: number, value: Value) => (chance(random, probability) ? value : undefined);
  const tumblingS = maybe(0.15, random.integer(1, 60));
  return {
    start: pick(random, starts) as MappingPlan['start'],
    batchSize: pick(random, [1, 2, 3, 5, 10, 100]),
    windowS: maybe(0.25, random.integer(1, 20)),
    lanes: tumblingS === undefined ? maybe(0.3, random.integer(2, 10)) : undefined,
    retries: maybe(0.6, random.integer(0, 4)),
    maxAgeS: maybe(0.3, random.integer(60, 300)),
    bisect: maybe(0.35, true),
    report: maybe(0.4, true),
    destination: maybe(0.7, true),
    tumblingS,
    filter: maybe(0.25, true),
  };
}

function drawFaults(random: Random): ReadonlyMap<number, Fault> {
  const faults = new Map<number, Fault>();
  const kinds = FAULTS.filter(() => chance(random, 0.5));
  if (kinds.length === 0) return faults;
  for (let count = random.integer(0, 12); count > 0; count--) faults.set(random.integer(1, 60), pick(random, kinds));
  return faults;
}

function drawSteps(random: Random, source: StreamPlan['source'], mapping: MappingPlan): readonly Step[] {
  const keys = KEYS.slice(0, random.integer(1, KEYS.length));
  const poison = chance(random, 0.6) ? random.fraction() * 0.25 : 0;
  // What never succeeds is tried every few seconds for as long as it is there: no run may last days then.
  const ends = mapping.retries !== undefined || mapping.maxAgeS !== undefined;
  let next = 1;
  const record = (): PlannedRecord => ({
    id: next++,
    key: pick(random, [...keys]),
    matches: chance(random, 0.7),
    failures: chance(random, poison) ? pick(random, [1, 2, 3, FOREVER]) : 0,
  });
  const makers: readonly (readonly [weight: number, make: () => Step])[] = [
    [8, () => ({ do: 'put', records: times(random.integer(1, 12), record), turns: random.integer(0, 6) })],
    [6, () => ({ do: 'advance', byMs: pick(random, [0, 1, 5, 30, 120]) * SECOND })],
    ...(source === 'kinesis' ? resharding(random) : []),
    [some(random, 1), () => ({ do: chance(random, 0.5) ? 'enable' : 'disable' })],
    [some(random, 1), () => ({ do: 'resize', batchSize: pick(random, [1, 4, 20]) })],
    [some(random, 1.5), () => ({ do: 'crash' })],
    [some(random, 1), () => ({ do: 'stop' })],
    [ends ? some(random, 0.3) : 0, () => ({ do: 'advance', byMs: random.integer(1, 26) * HOUR })],
  ];
  return times(random.integer(3, MAX_STEPS), () => drawWeighted(random, makers));
}

const resharding = (random: Random): readonly (readonly [number, () => Step])[] => [
  [some(random, 1), () => ({ do: 'split', pick: random.integer(0, 99) })],
  [some(random, 0.7), () => ({ do: 'merge', pick: random.integer(0, 99) })],
  [some(random, 0.4), () => ({ do: 'rescale', up: chance(random, 0.5) })],
];

function drawWeighted(random: Random, makers: readonly (readonly [weight: number, make: () => Step])[]): Step {
  let left = random.fraction() * makers.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of makers) {
    left -= weight;
    if (left < 0) return make();
  }
  return { do: 'advance', byMs: SECOND };
}

/** The weight in half of the runs, nothing in the others. */
const some = (random: Random, weight: number): number => (chance(random, 0.5) ? weight : 0);
const chance = (random: Random, probability: number): boolean => random.fraction() < probability;
const times = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make);

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random.integer(0, items.length - 1)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

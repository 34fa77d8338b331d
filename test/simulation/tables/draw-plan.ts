import { type Random, seededRandom } from '../../../src/core/random.ts';
import type { Change, Condition, PlannedQuery, TablePlan, TableRequest, TableStep, Write, WriteKind } from './plan.ts';

const PARTITIONS = ['p', 'q', 'é'];
/** Their order as numbers is not that of their texts. */
const SORTS = [-20.5, -3, 0, 0.001, 7, 10, 123456789];
const VALUES = ['red', 'green', 'blue'];

/** Draws a plan of writes, transactions and batches, some at the same time, with stops and kills in between. */
export function drawPlan(seed: number): TablePlan {
  const random = seededRandom(seed);
  const crashes = chance(random, 0.4);
  return { seed, steps: times(random.integer(5, 40), () => drawStep(random, crashes)) };
}

function drawStep(random: Random, crashes: boolean): TableStep {
  const roll = random.fraction();
  if (roll < 0.12) return { do: 'query', query: drawQuery(random) };
  // Half seconds: never the very instant at which an item's life ends.
  if (roll < 0.22) return { do: 'advance', byMs: random.integer(0, 60) * 1000 + 500 };
  if (roll < 0.26) return { do: 'stop' };
  const requests = times(chance(random, 0.6) ? 1 : random.integer(2, 3), () => drawRequest(random));
  const crashAfterTurns = crashes && chance(random, 0.2) ? random.integer(0, 4) : undefined;
  return { do: 'requests', requests, crashAfterTurns };
}

function drawRequest(random: Random): TableRequest {
  const roll = random.fraction();
  if (roll < 0.65) return { kind: 'write', write: drawWrite(random, false) };
  if (roll < 0.9) {
    const writes = distinct(times(random.integer(1, 4), () => drawWrite(random, true)));
    const token = chance(random, 0.5) ? { token: random.uuid() } : {};
    return { kind: 'transaction', writes, ...token, again: 'token' in token && chance(random, 0.5) };
  }
  const plain = times(random.integer(1, 3), () => drawKey(random)).map(
    (key): Write => ({ ...key, does: chance(random, 0.7) ? drawPut(random) : 'delete' }),
  );
  return { kind: 'batch', writes: distinct(plain) };
}

function drawWrite(random: Random, inTransaction: boolean): Write {
  const kinds: readonly (() => WriteKind)[] = [
    () => drawPut(random),
    () => ({ update: drawChange(random) }),
    () => ({ update: drawChange(random) }),
    () => 'delete',
    ...(inTransaction ? [() => 'check' as const] : []),
  ];
  const does = pick(random, kinds)();
  const when = does === 'check' || chance(random, 0.4) ? drawCondition(random) : undefined;
  return { ...drawKey(random), does, when };
}

const drawKey = (random: Random) => ({ p: pick(random, PARTITIONS), s: pick(random, SORTS) });

const drawPut = (random: Random): WriteKind => ({
  put: {
    c: chance(random, 0.7) ? random.integer(-3, 3) : undefined,
    v: pick(random, VALUES),
    livesS: chance(random, 0.15) ? random.integer(1, 90) : undefined,
  },
});

function drawChange(random: Random): Change {
  const changes: readonly Change[] = [
    { add: random.integer(-2, 2) },
    { increment: random.integer(0, 2) },
    { set: pick(random, VALUES) },
    { setOnce: pick(random, VALUES) },
    { append: random.integer(0, 9) },
    { tag: pick(random, VALUES) },
    { untag: pick(random, VALUES) },
    { clear: pick(random, ['c', 'v', 'marks', 'tags'] as const) },
  ];
  return pick(random, changes);
}

const drawCondition = (random: Random): Condition =>
  pick<Condition>(random, ['exists', 'absent', { atLeast: random.integer(-2, 2) }, { valueIs: pick(random, VALUES) }]);

function drawQuery(random: Random): PlannedQuery {
  const index = chance(random, 0.4);
  const bounds = index ? [-3, -1, 0, 2] : SORTS;
  // BETWEEN refuses bounds that are the wrong way round.
  const [low, high] = [pick(random, bounds), pick(random, bounds)].sort((a, b) => a - b);
  return {
    index,
    hash: pick(random, index ? VALUES : PARTITIONS),
    from: chance(random, 0.4) ? low : undefined,
    to: chance(random, 0.4) ? high : undefined,
    reverse: chance(random, 0.5),
    pageSize: random.integer(1, 5),
  };
}

/** One write an item: AWS refuses more in one request. */
const distinct = (writes: readonly Write[]): readonly Write[] => [
  ...new Map(writes.map((write) => [`${write.p} ${write.s}`, write])).values(),
];

const chance = (random: Random, probability: number): boolean => random.fraction() < probability;
const times = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make);

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random.integer(0, items.length - 1)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

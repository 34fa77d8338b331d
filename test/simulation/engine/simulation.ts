import { type Disk, memoryDisk } from './disk.ts';
import { START_MS } from './life.ts';
import { lmdbDisk } from './lmdb-disk.ts';
import { type Simpler, shrink } from './shrink.ts';

/** A rule that does not hold. */
export interface Violation {
  readonly rule: string;
  readonly what: string;
}

/** A line of an account. */
export interface Happening {
  readonly atMs: number;
  readonly what: string;
}

/** What a run came to. */
export interface RunResult {
  readonly violations: readonly Violation[];
  readonly happenings: readonly Happening[];
  /** How much was done, in what the simulation counts. */
  readonly size: number;
}

/** Something that is simulated: plans drawn from seeds, and what it is to play one. */
export interface Simulation<Plan> {
  readonly name: string;
  draw(seed: number): Plan;
  run(plan: Plan, disk: Disk): Promise<RunResult>;
  readonly simpler: readonly Simpler<Plan>[];
  /** The plan's knobs, a line each. */
  text(plan: Plan): readonly string[];
}

/** Which seeds are run, and on what: in memory, and on LMDB now and then, unless it says otherwise. */
export interface Campaign {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly openDisk?: (() => Disk) | undefined;
}

/** What many seeds came to. */
export interface CampaignResult {
  readonly seeds: number;
  readonly size: number;
  /** The account of the first seed that failed. */
  readonly failure: string | undefined;
}

/** Of runs of smaller and smaller plans, in real time. */
const SHRINKING = { runs: 600, ms: 40_000 };
/** Every so many seeds one runs on the real store. */
const LMDB_EVERY = 25;

/** Runs seeds one after the other, until one fails; that one is made as small as it gets. */
export async function simulate<Plan>(
  simulation: Simulation<Plan>,
  { firstSeed, seeds, openDisk }: Campaign,
): Promise<CampaignResult> {
  let size = 0;
  for (let index = 0; index < seeds; index++) {
    const seed = firstSeed + index;
    const result = await runOnce(
      simulation,
      simulation.draw(seed),
      openDisk?.() ?? (seed % LMDB_EVERY === 0 ? lmdbDisk() : memoryDisk()),
    );
    size += result.size;
    const [broken] = result.violations;
    if (broken) return { seeds: index + 1, size, failure: await account(simulation, seed, broken.rule) };
  }
  return { seeds, size, failure: undefined };
}

async function runOnce<Plan>(simulation: Simulation<Plan>, plan: Plan, disk: Disk): Promise<RunResult> {
  try {
    return await simulation.run(plan, disk);
  } finally {
    await disk.remove();
  }
}

/** What happened in the smallest plan that breaks the same rule. */
async function account<Plan>(simulation: Simulation<Plan>, seed: number, rule: string): Promise<string> {
  const run = (plan: Plan) => runOnce(simulation, plan, memoryDisk());
  const breaks = async (plan: Plan) => (await run(plan)).violations[0]?.rule === rule;
  const drawn = simulation.draw(seed);
  const again = await breaks(drawn);
  const smallest = again ? await shrink(drawn, simulation.simpler, breaks, SHRINKING) : drawn;
  const { violations, happenings } = await run(smallest);
  return [
    `${simulation.name}, seed ${seed}: the rule "${rule}" is broken; npm run simulate -- ${simulation.name} --seed ${seed}`,
    ...(again ? ['the smallest run that breaks it:'] : ['it held when the same plan was run again in memory']),
    ...simulation.text(smallest).map((line) => `  ${line}`),
    ...happenings.map(({ atMs, what }) => `  ${sinceStart(atMs)}  ${what}`),
    ...violations.map(({ what }) => `  → ${what}`),
  ].join('\n');
}

function sinceStart(atMs: number): string {
  const seconds = (atMs - START_MS) / 1000;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours}:${String(minutes).padStart(2, '0')}:${(seconds % 60).toFixed(3).padStart(6, '0')}`;
}

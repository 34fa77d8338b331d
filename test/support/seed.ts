import { randomInt } from 'node:crypto';

/** The seed of this run: `HEADWATER_SEED`, else `usual`, else a fresh one. It is printed, and the same seed gives the same run. */
export function runSeed(what: string, usual = randomInt(2 ** 31)): number {
  const seed = Number(process.env['HEADWATER_SEED'] ?? usual);
  process.stdout.write(`${what}: HEADWATER_SEED=${seed}\n`);
  return seed;
}

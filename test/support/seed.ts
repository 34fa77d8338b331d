import { createHash, randomInt } from 'node:crypto';

/**
 * The seed of a test that draws: `HEADWATER_SEED`, where `random` asks for a fresh one, else always the same one, so that
 * no change fails for a draw it did not bring about. It is printed, and the same seed gives the same run.
 */
export function runSeed(what: string, usual = seedOf(what)): number {
  const said = process.env['HEADWATER_SEED'];
  const seed = said === 'random' ? randomInt(2 ** 31) : Number(said ?? usual);
  if (!Number.isSafeInteger(seed)) throw new Error(`HEADWATER_SEED is ${said}: say a whole number, or random`);
  process.stdout.write(`${what}: HEADWATER_SEED=${seed}\n`);
  return seed;
}

const seedOf = (what: string): number => createHash('sha256').update(what).digest().readUInt32BE() >>> 1;

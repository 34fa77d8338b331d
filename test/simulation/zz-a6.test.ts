import { test } from 'vitest';
import { memoryDisk } from './engine/disk.ts';
import { streamSimulation } from './streams/simulation.ts';

test('a6', { timeout: 300_000 }, async () => {
  const first = Number(process.env.S ?? 20000);
  for (let round = 0; round < Number(process.env.R ?? 1); round++)
    for (let seed = first; seed < first + Number(process.env.N ?? 50); seed++) {
      const plan = streamSimulation.draw(seed);
      const { violations, happenings } = await streamSimulation.run(plan, memoryDisk());
      if (violations.some(({ what }) => !what.includes('names what is settled'))) {
        console.log(
          seed,
          streamSimulation.text(plan).join('\n'),
          happenings.map(({ atMs, what }) => `${atMs % 100000000} ${what}`).join('\n'),
          JSON.stringify(violations, null, 1),
        );
        return;
      }
    }
  console.log('nothing');
});

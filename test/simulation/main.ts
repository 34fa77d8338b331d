// Runs any number of simulated seeds: `npm run simulate -- [streams|tables|schedules] [--seeds N] [--seed S]`. Ends with 1 when a rule
// was broken, after an account of the smallest run that breaks it.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { simulate } from './engine/simulation.ts';
import { schedulesSimulation } from './schedules/simulation.ts';
import { streamSimulation } from './streams/simulation.ts';
import { tableSimulation } from './tables/simulation.ts';

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' } },
  allowPositionals: true,
});
const firstSeed = Number(values.seed ?? randomInt(2 ** 31));
const seeds = Number(values.seeds ?? (values.seed === undefined ? 1000 : 1));

// A run that waits for nothing is told so by its deadline, for which the process must live.
new MessageChannel().port1.on('message', () => {});

const campaigns = {
  streams: () => simulate(streamSimulation, { firstSeed, seeds }),
  tables: () => simulate(tableSimulation, { firstSeed, seeds }),
  schedules: () => simulate(schedulesSimulation, { firstSeed, seeds }),
};
for (const [name, campaign] of Object.entries(campaigns)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const { seeds: ran, size, failure } = await campaign();
  console.log(failure ?? `${name}: ${ran} seeds from ${firstSeed}, ${size} steps, nothing broken`);
  if (failure !== undefined) process.exitCode = 1;
}
process.exit();

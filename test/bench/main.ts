// Measures what the issue asks for within one run, each figure against a floor measured beside it. Nothing is asserted:
// a busy machine is no failure. `npm run bench` runs it; the README shows the figures with their ratios.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type HeadwaterProcess, headwaterUp } from '../support/built-headwater.ts';
import { projectRoot } from '../support/source-files.ts';
import { measureEndToEnd } from './backends/end-to-end.ts';
import { measureLogBackends } from './backends/logs.ts';
import { measureObjectBackends } from './backends/objects.ts';
import { measureQueueBackends } from './backends/queues.ts';
import { measureStateBackends } from './backends/state.ts';
import { measureTableBackends } from './backends/tables.ts';
import { measureTaskBackends } from './backends/tasks.ts';
import { measureBuses } from './buses.ts';
import { measureInvoke } from './invoke.ts';
import { measureLatency, measureStreamLatency, measureTableLatency } from './latency.ts';
import { measureBacklog } from './mapping.ts';
import { missed, type Row, table } from './measure.ts';
import { measureIdleMemory, measureUploadMemory } from './memory.ts';
import { measurePatterns } from './patterns.ts';
import { measureSchedules } from './schedules.ts';
import { measureSendMessage } from './send-message.ts';
import { measureStartUp } from './start-up.ts';
import { measureStreams } from './streams.ts';
import { measureTables } from './tables.ts';
import { measureTopics } from './topics.ts';

const [cli = '', ...only] = process.argv.slice(2);
const floor = (file: string) => join(projectRoot, 'test/bench/floors', file);

/** Measures against an endpoint of its own, so that one measurement does not warm or burden the next. */
async function fresh(measure: (headwater: HeadwaterProcess) => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  const headwater = await headwaterUp(cli, ['--data-dir', folder], { cwd: folder });
  try {
    return await measure(headwater);
  } catch (error) {
    throw new Error(`Headwater printed:\n${headwater.output().slice(-2000)}`, { cause: error });
  } finally {
    await headwater.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const measurements: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  start: () => measureStartUp(cli),
  memory: () => fresh(measureIdleMemory),
  send: () => fresh((headwater) => measureSendMessage(headwater, floor('bare-http.mjs'))),
  invoke: () => fresh((headwater) => measureInvoke(headwater, floor('raw-runtime.mjs'))),
  latency: () => fresh(measureLatency),
  backlog: () => fresh((headwater) => measureBacklog(headwater, floor('raw-runtime.mjs'))),
  'stream-latency': () => fresh(measureStreamLatency),
  streams: () => fresh((headwater) => measureStreams(headwater, floor('raw-runtime.mjs'))),
  'table-latency': () => fresh(measureTableLatency),
  tables: () => fresh((headwater) => measureTables(headwater, floor('bare-http.mjs'))),
  topics: () => fresh(measureTopics),
  buses: () => fresh(measureBuses),
  patterns: () => measurePatterns(),
  schedules: () => measureSchedules(),
  upload: () => fresh(measureUploadMemory),
  'queue-backends': () => measureQueueBackends(),
  'log-backends': () => measureLogBackends(),
  'table-backends': () => measureTableBackends(),
  'object-backends': () => measureObjectBackends(),
  'state-backends': () => measureStateBackends(),
  'task-backends': () => measureTaskBackends(),
  'backend-latency': () => measureEndToEnd(cli),
};
/** A name for several: all that stands on Redis, Kafka and MinIO. */
const BACKENDS = Object.keys(measurements).filter((name) => name.includes('backend'));
const chosen = new Set(only.flatMap((name) => (name === 'backends' ? BACKENDS : [name])));

const rows: Row[] = [];
for (const [name, measure] of Object.entries(measurements)) {
  if (chosen.size > 0 && !chosen.has(name)) continue;
  process.stderr.write(`measuring: ${name}\n`);
  try {
    rows.push(...(await measure()));
  } catch (error) {
    process.stderr.write(`could not measure ${name}: ${inspect(error)}\n`);
    process.exitCode = 1;
  }
}
console.log(table(rows));
const names = missed(rows).map(({ what }) => `  ${what}`);
if (names.length > 0) console.log(`missed their aim:\n${names.join('\n')}`);
process.exit();

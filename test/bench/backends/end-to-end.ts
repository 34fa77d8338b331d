import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '../../../src/core/random.ts';
import { type HeadwaterProcess, headwaterUp } from '../../support/built-headwater.ts';
import { deploy, exchange } from '../../support/raw-client.ts';
import { createTestKafka } from '../../support/test-kafka.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import { zipOf } from '../../support/zip.ts';
import { type IdleSource, idleBucket, idleQueue, idleStream, idleTable, openIdle } from '../idle-sources.ts';
import { backlogPerSecond } from '../mapping.ts';
import { median, type Row } from '../measure.ts';
import { recordsPerSecond } from '../streams.ts';
import { minioClient } from './minio-client.ts';

const SENDS = 60;
const WARM_UP_SENDS = 10;
const ROUNDS = 3;
const NOTHING = 'exports.handler = async () => {};';
/** From an event in something idle to its handler, in milliseconds. */
const AIMS = { embedded: 5, real: 15, straight: 30 };

type Both = Readonly<Record<'embedded' | 'real', HeadwaterProcess>>;

/** The product as users run it, embedded and on Redis, Kafka and MinIO, in turns: from an event to its handler. */
export async function measureEndToEnd(cli: string): Promise<readonly Row[]> {
  const { redis, kafka, minio } = engines();
  await using namespace = createTestRedis(redis);
  await using _topics = createTestKafka(kafka, namespace.namespace);
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  const up = (name: string, args: readonly string[]) =>
    headwaterUp(cli, ['--data-dir', join(folder, name), ...args], { cwd: folder });
  await using embedded = await up('embedded', []);
  const chosen = ['--redis', redis, '--kafka', kafka, '--minio', minio, '--namespace', namespace.namespace];
  await using real = await up('real', chosen);
  try {
    return [...(await latencies({ embedded, real }, minio)), ...(await throughput({ embedded, real }))];
  } catch (error) {
    throw new Error(`Headwater printed:\n${real.output().slice(-2000)}`, { cause: error });
  } finally {
    await exchange(`${real.endpoint}/_headwater/reset`, { method: 'POST' });
    rmSync(folder, { recursive: true, force: true });
  }
}

function engines() {
  const [redis, kafka, minio] = ['REDIS', 'KAFKA', 'MINIO'].map((name) => process.env[`HEADWATER_TEST_${name}`]);
  if (redis && kafka && minio) return { redis, kafka, minio };
  throw new Error('not all of Redis, Kafka and MinIO are up: see npm run backends');
}

async function latencies(both: Both, minio: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const bucket = `hw-bench-${systemRandom.uuid()}`;
  for (const source of [idleQueue, idleStream, idleTable, idleBucket(bucket)]) {
    rows.push(...(await latencyOf(source, both, AIMS)));
  }
  const client = minioClient(minio);
  const other = `hw-bench-${systemRandom.uuid()}`;
  const what = 'idle bucket: put straight to MinIO to handler start, p50';
  const straight = idleBucket(other, what, (key) => client.putObject(other, key, 'x'));
  rows.push(...(await latencyOf(straight, { real: both.real }, { real: AIMS.straight })));
  return rows;
}

async function latencyOf(
  source: IdleSource,
  subjects: Readonly<Record<string, HeadwaterProcess>>,
  aims: Readonly<Record<string, number>>,
): Promise<readonly Row[]> {
  const opened = await Promise.all(
    Object.entries(subjects).map(async ([name, headwater]) => {
      const once = await openIdle(headwater, source);
      return { name, once, figures: [] as number[] };
    }),
  );
  for (let index = 0; index < SENDS + WARM_UP_SENDS; index++) {
    for (const { once, figures } of opened) figures.push(await once(index));
  }
  return opened.map(({ name, figures }) => ({
    what: `${source.what}: ${name}`,
    ours: median(figures.slice(WARM_UP_SENDS)),
    unit: 'ms',
    aim: { value: aims[name] ?? 0 },
  }));
}

const QUEUE = { batchSize: 10, events: 2000 };
const STREAM = { shards: 4, batchSize: 100, records: 8000 };

/** What waits in a queue and in a stream, through a function; beside it the same embedded. */
async function throughput(both: Both): Promise<readonly Row[]> {
  const subjects = Object.entries(both);
  const figures = new Map(subjects.map(([name]) => [name, { queue: [] as number[], stream: [] as number[] }]));
  for (const [, { endpoint }] of subjects) {
    for (const name of ['bench-backlog', 'bench-stream'])
      await deploy(endpoint, name, await zipOf({ 'index.js': NOTHING }));
  }
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { endpoint }] of subjects) {
      const queue = await backlogPerSecond(endpoint, { ...QUEUE, round });
      const stream = await recordsPerSecond(endpoint, { ...STREAM, round });
      // The first round starts the environments.
      if (round === 0) continue;
      figures.get(name)?.queue.push(queue);
      figures.get(name)?.stream.push(stream);
    }
  }
  const of = (name: keyof Both, what: 'queue' | 'stream') => median(figures.get(name)?.[what] ?? []);
  const compared = { floorName: 'embedded', aim: { value: 0.1, atLeast: true } };
  return [
    {
      what: 'backlog of a queue, SQS → handler, batches of 10: real',
      ...{ ours: of('real', 'queue'), floor: of('embedded', 'queue'), unit: 'messages/s', ...compared },
    },
    {
      what: 'backlog of 4 shards, Kinesis → handler, batches of 100: real',
      ...{ ours: of('real', 'stream'), floor: of('embedded', 'stream'), unit: 'records/s', ...compared },
    },
  ];
}

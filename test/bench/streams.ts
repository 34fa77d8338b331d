import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { deploy, exchange, kinesis, lambda } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { inParallel, median, type Row, timed } from './measure.ts';
import { openStreamFloor } from './stream-floor.ts';

/** Records by batch size and shards: enough for some tens of batches in each shard. */
const CASES = [
  { shards: 1, batchSize: 100, records: 10_000 },
  { shards: 1, batchSize: 1000, records: 20_000 },
  { shards: 8, batchSize: 100, records: 24_000 },
  { shards: 8, batchSize: 1000, records: 40_000 },
] as const;
/** The first starts the environments and warms up on both sides; it does not count. */
const ROUNDS = 4;
const MAPPINGS = '/2015-03-31/event-source-mappings';
const NOTHING = 'exports.handler = async () => {};';
const DATA = Buffer.alloc(200, 'x').toString('base64');
/** What PutRecords takes at most. */
const PUT_AT_ONCE = 500;

/** Records per second from streams that were filled with the mapping disabled, against an in-process pipeline on the same log. */
export async function measureStreams(headwater: HeadwaterProcess, rawRuntimeFile: string): Promise<readonly Row[]> {
  await deploy(headwater.endpoint, 'bench-stream', await zipOf({ 'index.js': NOTHING }));
  const rows: Row[] = [];
  for (const { shards, batchSize, records } of CASES) {
    await using floor = await openStreamFloor(rawRuntimeFile);
    const floors: number[] = [];
    const figures: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      floors.push(await floor.recordsPerSecond(records, shards, batchSize));
      figures.push(await recordsPerSecond(headwater.endpoint, { shards, batchSize, records, round }));
    }
    rows.push({
      what: `${shards === 1 ? 'one shard' : `${shards} shards`} at batch ${batchSize}`,
      ours: median(figures.slice(1)),
      floor: median(floors.slice(1)),
      floorName: 'in-process pipeline',
      unit: 'records/s',
      aim: { value: 0.3, atLeast: true },
    });
  }
  return rows;
}

interface Case {
  readonly shards: number;
  readonly batchSize: number;
  readonly records: number;
  readonly round: number;
}

/** Fills a stream and answers how many records a second a mapping that is made then hands to its function. */
export async function recordsPerSecond(endpoint: string, { shards, batchSize, records, round }: Case): Promise<number> {
  const StreamName = `bench-${shards}-${batchSize}-${round}`;
  await kinesis(endpoint, 'CreateStream', { StreamName, ShardCount: shards });
  await inParallel(records / PUT_AT_ONCE, 4, async (put) => {
    const Records = Array.from({ length: PUT_AT_ONCE }, (_, index) => ({
      PartitionKey: `${put}-${index}`,
      // Spread evenly: what is measured is the mapping, not the hash.
      ExplicitHashKey: String((2n ** 128n / BigInt(shards)) * BigInt(index % shards)),
      Data: DATA,
    }));
    await kinesis(endpoint, 'PutRecords', { StreamName, Records });
  });
  const mapping = {
    FunctionName: 'bench-stream',
    EventSourceArn: `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`,
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: batchSize,
  };
  let uuid = '';
  const tookMs = await timed(async () => {
    const { body } = await lambda(endpoint, 'POST', MAPPINGS, JSON.stringify(mapping));
    uuid = (JSON.parse(body.toString()) as { readonly UUID: string }).UUID;
    await untilIdle(endpoint);
  });
  await lambda(endpoint, 'DELETE', `${MAPPINGS}/${uuid}`, '');
  await kinesis(endpoint, 'DeleteStream', { StreamName });
  return (records * 1000) / tookMs;
}

async function untilIdle(endpoint: string): Promise<void> {
  for (;;) {
    const { body } = await exchange(`${endpoint}/_headwater/idle?timeoutMs=60000`, {});
    if ((JSON.parse(body.toString()) as { readonly idle: boolean }).idle) return;
  }
}

import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { deploy, exchange, lambda, sqs } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { type LocalPipeline, openLocalPipeline } from './local-engine.ts';
import { inParallel, median, type Row, timed } from './measure.ts';

/** Events by batch size: enough that the last window, of a second for batches over 10, weighs little. */
const BACKLOG: Readonly<Record<number, number>> = { 10: 5000, 100: 20_000 };
/** The first starts the environments and warms up on both sides; it does not count. */
const BACKLOG_ROUNDS = 6;
const MAPPINGS = '/2015-03-31/event-source-mappings';
const COUNT = 'exports.handler = async ({ Records }) => ({ count: Records.length });';

/** A backlog queued with the mapping disabled, then enabled, against an in-process pipeline on the same engine. */
export async function measureBacklog(headwater: HeadwaterProcess, rawRuntimeFile: string): Promise<readonly Row[]> {
  await deploy(headwater.endpoint, 'bench-backlog', await zipOf({ 'index.js': COUNT }));
  const rows: Row[] = [];
  for (const [size, events] of Object.entries(BACKLOG)) {
    const batchSize = Number(size);
    await using pipeline: LocalPipeline = await openLocalPipeline(rawRuntimeFile);
    const floors: number[] = [];
    const figures: number[] = [];
    for (let round = 0; round < BACKLOG_ROUNDS; round++) {
      floors.push(await pipeline.eventsPerSecond(events, batchSize));
      figures.push(await backlogPerSecond(headwater.endpoint, { batchSize, events, round }));
    }
    const [floor, ours] = [median(floors.slice(1)), median(figures.slice(1))];
    const aim = { value: 0.6, atLeast: true };
    rows.push({
      what: `backlog at batch ${batchSize}`,
      ours,
      floor,
      floorName: 'in-process pipeline',
      unit: 'events/s',
      aim,
    });
  }
  return rows;
}

/** Fills a queue and answers how many messages a second a mapping that is enabled then hands to its function. */
export async function backlogPerSecond(
  endpoint: string,
  {
    batchSize: BatchSize,
    events,
    round,
  }: { readonly batchSize: number; readonly events: number; readonly round: number },
): Promise<number> {
  const window = BatchSize > 10 ? { MaximumBatchingWindowInSeconds: 1 } : {};
  const queue = await mappedQueue(
    endpoint,
    'bench-backlog',
    { BatchSize, Enabled: false, ...window },
    `${BatchSize}-${round}`,
  );
  await inParallel(events / 10, 8, async (batch) => {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: `${batch}-${index}`.padEnd(1000, 'x'),
    }));
    await sqs(endpoint, 'SendMessageBatch', { QueueUrl: queue, Entries });
  });
  const { body } = await exchange(`${endpoint}${MAPPINGS}?FunctionName=bench-backlog`, {
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0',
    },
  });
  const { EventSourceMappings } = JSON.parse(body.toString()) as {
    readonly EventSourceMappings: readonly { readonly UUID: string; readonly EventSourceArn: string }[];
  };
  const uuid = EventSourceMappings.find(({ EventSourceArn }) =>
    EventSourceArn.endsWith(`-${BatchSize}-${round}`),
  )?.UUID;
  const tookMs = await timed(async () => {
    await lambda(endpoint, 'PUT', `${MAPPINGS}/${uuid}`, JSON.stringify({ Enabled: true }));
    await untilEmpty(endpoint, queue);
  });
  await lambda(endpoint, 'DELETE', `${MAPPINGS}/${uuid}`, '');
  return (events * 1000) / tookMs;
}

async function untilEmpty(endpoint: string, QueueUrl: string): Promise<void> {
  for (;;) {
    await exchange(`${endpoint}/_headwater/idle?timeoutMs=600000`, {});
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
    const { Attributes } = (await sqs(endpoint, 'GetQueueAttributes', { QueueUrl, AttributeNames: names })) as {
      readonly Attributes: Record<string, string>;
    };
    if (names.every((name) => Attributes[name] === '0')) return;
  }
}

async function mappedQueue(endpoint: string, functionName: string, settings: object, suffix = ''): Promise<string> {
  const QueueName = suffix === '' ? functionName : `${functionName}-${suffix}`;
  const { QueueUrl } = await sqs(endpoint, 'CreateQueue', { QueueName });
  const EventSourceArn = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`;
  await lambda(endpoint, 'POST', MAPPINGS, JSON.stringify({ FunctionName: functionName, EventSourceArn, ...settings }));
  return String(QueueUrl);
}

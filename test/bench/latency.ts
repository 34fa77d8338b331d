import { createInterface } from 'node:readline';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { deploy, dynamodb, exchange, kinesis, lambda, sqs } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { median, type Row } from './measure.ts';

const SENDS = 200;
const WARM_UP_SENDS = 10;
const MAPPINGS = '/2015-03-31/event-source-mappings';
const DATA = 'x'.repeat(1000);
/** Says when it started, on the clock that all processes of a machine share. */
const SAY_START = `exports.handler = async () => { console.log('started ' + process.hrtime.bigint()); };`;

/** Something idle that is mapped to the function: what makes it, and what sets the function off. */
interface IdleSource {
  readonly what: string;
  /** Its ARN, and what a mapping of it needs beside. */
  create(endpoint: string): Promise<{ readonly EventSourceArn: string; readonly StartingPosition?: string }>;
  send(endpoint: string, index: number): Promise<unknown>;
}

const queue: IdleSource = {
  what: 'idle queue: send to handler start, p50',
  async create(endpoint) {
    await sqs(endpoint, 'CreateQueue', { QueueName: 'bench-latency' });
    return { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:bench-latency' };
  },
  send: (endpoint) =>
    sqs(endpoint, 'SendMessage', { QueueUrl: `${endpoint}/000000000000/bench-latency`, MessageBody: DATA }),
};

const stream: IdleSource = {
  what: 'idle stream: put to handler start, p50',
  async create(endpoint) {
    await kinesis(endpoint, 'CreateStream', { StreamName: 'bench-latency', ShardCount: 1 });
    const EventSourceArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/bench-latency';
    return { EventSourceArn, StartingPosition: 'TRIM_HORIZON' };
  },
  send: (endpoint, index) => {
    const Data = Buffer.from(DATA).toString('base64');
    return kinesis(endpoint, 'PutRecord', { StreamName: 'bench-latency', PartitionKey: String(index), Data });
  },
};

const table: IdleSource = {
  what: 'idle table: PutItem to handler start, p50',
  async create(endpoint) {
    const { TableDescription } = await dynamodb(endpoint, 'CreateTable', {
      TableName: 'bench-latency',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    const { LatestStreamArn } = TableDescription as { readonly LatestStreamArn: string };
    return { EventSourceArn: LatestStreamArn, StartingPosition: 'TRIM_HORIZON' };
  },
  send: (endpoint, index) =>
    dynamodb(endpoint, 'PutItem', {
      TableName: 'bench-latency',
      Item: { id: { S: String(index) }, data: { S: DATA } },
    }),
};

/** p50 from an event in something idle, over the wire, to the handler's first line. */
export const measureLatency = (headwater: HeadwaterProcess): Promise<readonly Row[]> => latencyOf(headwater, queue);
/** The same for an idle stream. */
export const measureStreamLatency = (headwater: HeadwaterProcess): Promise<readonly Row[]> =>
  latencyOf(headwater, stream);
/** The same for an idle table. */
export const measureTableLatency = (headwater: HeadwaterProcess): Promise<readonly Row[]> =>
  latencyOf(headwater, table);

async function latencyOf(headwater: HeadwaterProcess, source: IdleSource): Promise<readonly Row[]> {
  const { endpoint } = headwater;
  await deploy(endpoint, 'bench-latency', await zipOf({ 'index.js': SAY_START }));
  const mapping = { FunctionName: 'bench-latency', BatchSize: 1, ...(await source.create(endpoint)) };
  await lambda(endpoint, 'POST', MAPPINGS, JSON.stringify(mapping));
  const started: ((atNs: bigint) => void)[] = [];
  const lines = createInterface({ input: headwater.process.stdout ?? process.stdin });
  lines.on('line', (line) => {
    const found = /started (\d+)/.exec(line)?.[1];
    if (found !== undefined) started.shift()?.(BigInt(found));
  });
  const latencies: number[] = [];
  for (let index = 0; index < SENDS + WARM_UP_SENDS; index++) {
    const handlerStart = new Promise<bigint>((resolve) => started.push(resolve));
    const sentNs = process.hrtime.bigint();
    await source.send(endpoint, index);
    const latency = Number((await handlerStart) - sentNs) / 1e6;
    await exchange(`${endpoint}/_headwater/idle?timeoutMs=5000`, {});
    if (index >= WARM_UP_SENDS) latencies.push(latency);
  }
  lines.close();
  return [{ what: source.what, ours: median(latencies), unit: 'ms', aim: { value: 5 } }];
}

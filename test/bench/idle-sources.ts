import { createInterface } from 'node:readline';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { deploy, dynamodb, events, exchange, kinesis, lambda, s3, sns, sqs } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';

const MAPPINGS = '/2015-03-31/event-source-mappings';
const DATA = 'x'.repeat(1000);
const LATENCY_TOPIC = 'arn:aws:sns:us-east-1:000000000000:bench-latency';
/** Says when it started, on the clock that all processes of a machine share. */
const SAY_START = `exports.handler = async () => { console.log('started ' + process.hrtime.bigint()); };`;

/** Something idle that sets a function off: what connects it, and what makes an event. */
export interface IdleSource {
  readonly what: string;
  /** Connects it to the function of that name. */
  connect(endpoint: string, functionName: string): Promise<unknown>;
  send(endpoint: string, index: number): Promise<unknown>;
}

const map = (endpoint: string, mapping: object) =>
  lambda(endpoint, 'POST', MAPPINGS, JSON.stringify({ BatchSize: 1, ...mapping }));

/** A queue with a mapping. */
export const idleQueue: IdleSource = {
  what: 'idle queue: SendMessage to handler start, p50',
  async connect(endpoint, FunctionName) {
    await sqs(endpoint, 'CreateQueue', { QueueName: 'bench-latency' });
    await map(endpoint, { FunctionName, EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:bench-latency' });
  },
  send: (endpoint) =>
    sqs(endpoint, 'SendMessage', { QueueUrl: `${endpoint}/000000000000/bench-latency`, MessageBody: DATA }),
};

/** A stream with a mapping. */
export const idleStream: IdleSource = {
  what: 'idle stream: PutRecord to handler start, p50',
  async connect(endpoint, FunctionName) {
    await kinesis(endpoint, 'CreateStream', { StreamName: 'bench-latency', ShardCount: 1 });
    const EventSourceArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/bench-latency';
    await map(endpoint, { FunctionName, EventSourceArn, StartingPosition: 'TRIM_HORIZON' });
  },
  send: (endpoint, index) => {
    const Data = Buffer.from(DATA).toString('base64');
    return kinesis(endpoint, 'PutRecord', { StreamName: 'bench-latency', PartitionKey: String(index), Data });
  },
};

/** A table with a stream and a mapping of it. */
export const idleTable: IdleSource = {
  what: 'idle table: PutItem to handler start, p50',
  async connect(endpoint, FunctionName) {
    const { TableDescription } = await dynamodb(endpoint, 'CreateTable', {
      TableName: 'bench-latency',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    const { LatestStreamArn } = TableDescription as { readonly LatestStreamArn: string };
    await map(endpoint, { FunctionName, EventSourceArn: LatestStreamArn, StartingPosition: 'TRIM_HORIZON' });
  },
  send: (endpoint, index) =>
    dynamodb(endpoint, 'PutItem', {
      TableName: 'bench-latency',
      Item: { id: { S: String(index) }, data: { S: DATA } },
    }),
};

/** A topic with a function that is subscribed. */
export const idleTopic: IdleSource = {
  what: 'idle topic: Publish to handler start, p50',
  async connect(endpoint, functionName) {
    await sns(endpoint, 'CreateTopic', { Name: 'bench-latency' });
    const Endpoint = `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`;
    await sns(endpoint, 'Subscribe', { TopicArn: LATENCY_TOPIC, Protocol: 'lambda', Endpoint });
  },
  send: (endpoint) => sns(endpoint, 'Publish', { TopicArn: LATENCY_TOPIC, Message: DATA }),
};

/** The default bus with a rule whose target is a function. */
export const idleBus: IdleSource = {
  what: 'idle event bus: PutEvents to handler start, p50',
  async connect(endpoint, functionName) {
    await events(endpoint, 'PutRule', { Name: 'bench-latency', EventPattern: '{"source":["bench"]}' });
    const Arn = `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`;
    await events(endpoint, 'PutTargets', { Rule: 'bench-latency', Targets: [{ Id: 'function', Arn }] });
  },
  send: (endpoint) =>
    events(endpoint, 'PutEvents', { Entries: [{ Source: 'bench', DetailType: 'latency', Detail: '{}' }] }),
};

/** A function that nothing but its own queue of events lies before. */
export function idleFunction(): IdleSource {
  let path = '';
  return {
    what: 'InvokeAsync',
    async connect(_, functionName) {
      path = `/2014-11-13/functions/${functionName}/invoke-async`;
    },
    send: (endpoint) => lambda(endpoint, 'POST', path, JSON.stringify(DATA)),
  };
}

/**
 * A bucket that notifies a function.
 *
 * @param send puts an object past the endpoint; absent: through it
 */
export const idleBucket = (
  bucket: string,
  what = 'idle bucket: PutObject to handler start, p50',
  send?: (key: string) => Promise<unknown>,
): IdleSource => ({
  what,
  async connect(endpoint, functionName) {
    const permission = { StatementId: 's3', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };
    await lambda(endpoint, 'POST', `/2015-03-31/functions/${functionName}/policy`, JSON.stringify(permission));
    await s3(endpoint, 'PUT', `/${bucket}`);
    const arn = `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`;
    const configuration = `<CloudFunctionConfiguration><CloudFunction>${arn}</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration>`;
    const body = `<NotificationConfiguration>${configuration}</NotificationConfiguration>`;
    await s3(endpoint, 'PUT', `/${bucket}?notification`, body);
  },
  send: (endpoint, index) => (send ? send(`key-${index}`) : s3(endpoint, 'PUT', `/${bucket}/key-${index}`, DATA)),
});

/** Connects a source to a function of its own; each call then answers the milliseconds from an event to its handler's start. */
export async function openIdle(
  headwater: HeadwaterProcess,
  source: IdleSource,
): Promise<(index: number) => Promise<number>> {
  const { endpoint } = headwater;
  const name = `bench-${source.what.replace(/\W+/g, '-').slice(0, 40)}`;
  await deploy(endpoint, name, await zipOf({ 'index.js': SAY_START }));
  await source.connect(endpoint, name);
  let started: ((atNs: bigint) => void) | undefined;
  const lines = createInterface({ input: headwater.process.stdout ?? process.stdin });
  lines.on('line', (line) => {
    const found = line.includes(name) && /started (\d+)/.exec(line)?.[1];
    if (found) started?.(BigInt(found));
  });
  return async (index) => {
    const handlerStart = new Promise<bigint>((resolve) => {
      started = resolve;
    });
    const sentNs = process.hrtime.bigint();
    await source.send(endpoint, index);
    const latencyMs = Number((await handlerStart) - sentNs) / 1e6;
    await exchange(`${endpoint}/_headwater/idle?timeoutMs=5000`, {});
    return latencyMs;
  };
}

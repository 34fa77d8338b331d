import { once } from 'node:events';
import { realClock } from '../../src/core/clock.ts';
import { deploy, dynamodb, kinesis, lambda, s3, sqs } from '../support/raw-client.ts';
import { zipOf } from '../support/zip.ts';
import { fanOutLines, setUpFanOut } from './fan-out-load.ts';
import { REPORTING, type Reports } from './reports.ts';

const ARN = 'us-east-1:000000000000';
const FUNCTION_ARN = `arn:aws:lambda:${ARN}:function:report`;
const StreamName = 'clicks';
const TableName = 'people';
const SHARDS = 3;
const GROUPS = 2;
/** How far a line goes ahead of what is handled: the tests see what becomes of it, not how much there can be. */
const AHEAD = 10;

/** One line of what is sent: an id follows the other, each once the one before it was answered. */
export interface Line {
  readonly name: string;
  /** Whether its ids are delivered in the order in which they were acknowledged. */
  readonly ordered: boolean;
  /** How long after it was acknowledged it is due. */
  readonly laterMs?: number;
  send(endpoint: string, id: string): Promise<unknown>;
}

/** An acknowledgement. */
export interface Sent {
  readonly id: string;
  readonly atMs: number;
}

/** A source of each kind, with a mapping of its own where there are mappings, and one function that reports what it gets. */
export async function setUpLoad(endpoint: string, bucket: string, reports: Reports): Promise<readonly Line[]> {
  await deploy(endpoint, 'report', await zipOf({ 'index.js': REPORTING }), {
    ...{ Timeout: 10, Environment: { Variables: { REPORTS_URL: reports.url } } },
  });
  const VisibilityTimeout = '10';
  await sqs(endpoint, 'CreateQueue', { QueueName: 'orders', Attributes: { VisibilityTimeout } });
  const ordered = { VisibilityTimeout, FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  await sqs(endpoint, 'CreateQueue', { QueueName: 'orders.fifo', Attributes: ordered });
  await kinesis(endpoint, 'CreateStream', { StreamName, ShardCount: SHARDS });
  const { TableDescription } = await dynamodb(endpoint, 'CreateTable', {
    ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  });
  const { LatestStreamArn } = TableDescription as { readonly LatestStreamArn: string };
  const fromStart = { StartingPosition: 'TRIM_HORIZON' };
  for (const source of [
    { EventSourceArn: `arn:aws:sqs:${ARN}:orders` },
    { EventSourceArn: `arn:aws:sqs:${ARN}:orders.fifo` },
    { EventSourceArn: `arn:aws:kinesis:${ARN}:stream/${StreamName}`, ...fromStart },
    { EventSourceArn: LatestStreamArn, ...fromStart },
  ]) {
    const mapping = { FunctionName: 'report', BatchSize: 5, ...source };
    await lambda(endpoint, 'POST', '/2015-03-31/event-source-mappings', JSON.stringify(mapping));
  }
  await s3(endpoint, 'PUT', `/${bucket}`);
  const permission = { StatementId: 's3', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };
  await lambda(endpoint, 'POST', '/2015-03-31/functions/report/policy', JSON.stringify(permission));
  const notification = `<CloudFunctionConfiguration><CloudFunction>${FUNCTION_ARN}</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration>`;
  await s3(
    endpoint,
    'PUT',
    `/${bucket}?notification`,
    `<NotificationConfiguration>${notification}</NotificationConfiguration>`,
  );
  await setUpFanOut(endpoint);
  return [...linesTo(bucket), ...fanOutLines];
}

function linesTo(bucket: string): readonly Line[] {
  const send = (queue: string, more?: object) => (endpoint: string, MessageBody: string) =>
    sqs(endpoint, 'SendMessage', { QueueUrl: `${endpoint}/000000000000/${queue}`, MessageBody, ...more });
  const event = { 'x-amz-invocation-type': 'Event' };
  const groups = Array.from({ length: GROUPS }, (_, group) => ({
    ...{ name: `group${group}`, ordered: true },
    send: send('orders.fifo', { MessageGroupId: `group${group}` }),
  }));
  const shards = Array.from({ length: SHARDS }, (_, shard) => ({
    ...{ name: `shard${shard}`, ordered: true },
    send: (endpoint: string, id: string) =>
      kinesis(endpoint, 'PutRecord', {
        ...{ StreamName, PartitionKey: 'any', Data: Buffer.from(id).toString('base64') },
        ExplicitHashKey: ((2n ** 128n / BigInt(SHARDS)) * BigInt(shard)).toString(),
      }),
  }));
  return [
    { name: 'message', ordered: false, send: send('orders') },
    ...groups,
    ...shards,
    {
      ...{ name: 'item', ordered: true },
      send: (endpoint, id) => dynamodb(endpoint, 'PutItem', { TableName, Item: { id: { S: id } } }),
    },
    {
      ...{ name: 'invocation', ordered: false },
      send: (endpoint, id) =>
        lambda(endpoint, 'POST', '/2015-03-31/functions/report/invocations', JSON.stringify({ id }), event),
    },
    {
      ...{ name: 'object', ordered: false },
      send: (endpoint, id) => s3(endpoint, 'PUT', `/${bucket}/${id}`, id),
    },
  ];
}

/** Sends along all lines at once, each id to the next endpoint, and keeps what was acknowledged. */
export function sendAlong(lines: readonly Line[], endpoints: () => readonly string[], reports: Reports) {
  const sent = new Map<Line, Sent[]>(lines.map((line) => [line, []]));
  const rejections: string[] = [];
  const over = new AbortController();
  const stopped = once(over.signal, 'abort');
  const follow = async (line: Line, turn: number) => {
    const mine = sent.get(line) ?? [];
    for (let next = 0; !over.signal.aborted; next += 1) {
      const id = `${line.name}-${next}`;
      const all = endpoints();
      const endpoint = all[(turn + next) % all.length];
      // The test has failed, and its processes are gone.
      if (endpoint === undefined) return;
      try {
        await line.send(endpoint, id);
        mine.push({ id, atMs: realClock.nowMs() });
      } catch (error) {
        // Not acknowledged: it may be there or not.
        if (endpoints().includes(endpoint)) rejections.push(`${id}: ${String(error)}`);
      }
      const handled = mine.at(-AHEAD)?.id;
      if (handled !== undefined)
        await Promise.race([reports.until(() => reports.first(handled) !== undefined), stopped]);
    }
  };
  const all = Promise.all(lines.map(follow));
  return {
    sent,
    /** By processes that were alive. */
    rejections,
    /** Resolves once each line has something that was acknowledged after an instant and is handled. */
    flowsAgain: (sinceMs: number) =>
      reports.until(() =>
        [...sent.values()].every((all) =>
          all.some(({ id, atMs }) => atMs > sinceMs && reports.first(id) !== undefined),
        ),
      ),
    async stop() {
      over.abort();
      await all;
    },
  };
}

import { generateKeyPairSync, sign } from 'node:crypto';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { exchange, sns, sqs } from '../support/raw-client.ts';
import { idleFunction, idleTopic } from './idle-sources.ts';
import { latencyOf } from './latency.ts';
import { cpuMsOf, inParallel, median, mediansInTurns, type Row } from './measure.ts';

const SUBSCRIPTIONS = 100;
const ROUNDS = 30;
const WARM_UP = 5;
const CALLS = 2000;
const WIDTH = 8;
const SIGNATURES = 300;
const MESSAGE = 'x'.repeat(1000);
const account = (endpoint: string, queue: string) => `${endpoint}/000000000000/${queue}`;
const topicArn = (name: string) => `arn:aws:sns:us-east-1:000000000000:${name}`;

/** From a message on an idle topic to its handler, to a hundred queues, and what it costs. */
export async function measureTopics(headwater: HeadwaterProcess): Promise<readonly Row[]> {
  const latency = await latencyOf(headwater, idleTopic, idleFunction());
  return [...latency, ...(await publishCost(headwater)), await fanOut(headwater)];
}

/** Until the endpoint says that nothing goes on any more, which is when all queues have it. */
const untilIdle = async (endpoint: string) => await exchange(`${endpoint}/_headwater/idle?timeoutMs=10000`, {});

async function fanOut({ endpoint }: HeadwaterProcess): Promise<Row> {
  const TopicArn = await topicWithQueues(endpoint, 'bench-fan-out', SUBSCRIPTIONS);
  const { ours, floor } = await mediansInTurns(
    {
      async ours() {
        await sns(endpoint, 'Publish', { TopicArn, Message: MESSAGE });
        await untilIdle(endpoint);
      },
      floor: () =>
        inParallel(SUBSCRIPTIONS, WIDTH, (index) => {
          const QueueUrl = account(endpoint, `bench-fan-out-${index}`);
          return sqs(endpoint, 'SendMessage', { QueueUrl, MessageBody: MESSAGE });
        }),
    },
    ROUNDS / WARM_UP,
    WARM_UP,
  );
  const what = `Publish until ${SUBSCRIPTIONS} queues have it, p50`;
  return { what, ours, floor, floorName: 'sending to each', unit: 'ms', aim: { value: 1 } };
}

/** With its delivery to one queue, against a message that is sent to the queue. */
async function publishCost({ endpoint, process: server }: HeadwaterProcess): Promise<readonly Row[]> {
  const TopicArn = await topicWithQueues(endpoint, 'bench-publish', 1);
  const QueueUrl = account(endpoint, 'bench-publish-0');
  const cpuMicros = async (call: () => Promise<unknown>) => {
    const before = cpuMsOf(server.pid ?? 0);
    await inParallel(CALLS, WIDTH, call);
    await untilIdle(endpoint);
    return ((cpuMsOf(server.pid ?? 0) - before) * 1000) / CALLS;
  };
  const micros = { ours: [] as number[], floor: [] as number[] };
  for (let turn = 0; turn < 5; turn++) {
    micros.floor.push(await cpuMicros(() => sqs(endpoint, 'SendMessage', { QueueUrl, MessageBody: MESSAGE })));
    micros.ours.push(await cpuMicros(() => sns(endpoint, 'Publish', { TopicArn, Message: MESSAGE })));
  }
  return [
    {
      what: 'Publish of 1 KB and its delivery to a queue: server CPU',
      ours: median(micros.ours.slice(1)),
      floor: median(micros.floor.slice(1)) + signatureMicros(),
      floorName: 'SendMessage and a signature',
      ...{ unit: 'µs', aim: { value: 2 } },
    },
  ];
}

/** What AWS's kind of signature costs by itself. */
function signatureMicros(): number {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = Buffer.from(MESSAGE);
  const before = process.cpuUsage();
  for (let index = 0; index < SIGNATURES; index++) sign('sha1', text, privateKey);
  return process.cpuUsage(before).user / SIGNATURES;
}

async function topicWithQueues(endpoint: string, name: string, count: number): Promise<string> {
  await sns(endpoint, 'CreateTopic', { Name: name });
  for (let index = 0; index < count; index++) {
    const QueueName = `${name}-${index}`;
    await sqs(endpoint, 'CreateQueue', { QueueName });
    const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`;
    await sns(endpoint, 'Subscribe', { TopicArn: topicArn(name), Protocol: 'sqs', Endpoint });
  }
  return topicArn(name);
}

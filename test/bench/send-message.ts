import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { sqs } from '../support/raw-client.ts';
import { cpuMsOf, median, type Row } from './measure.ts';
import { openRawClient, postOf, signedFor } from './raw-client.ts';

const CALLS = 4000;
const ROUNDS = 15;
const WIDTH = 8;
const BODY = 'x'.repeat(1024);

/** Server CPU of one SendMessage of 1 KB, against bare node:http with the same bytes, in turns. */
export async function measureSendMessage(headwater: HeadwaterProcess, bareHttpFile: string): Promise<readonly Row[]> {
  const { QueueUrl } = await sqs(headwater.endpoint, 'CreateQueue', { QueueName: 'bench-send' });
  const bare = spawn(process.execPath, [bareHttpFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(bare.stdout, 'data')) as [Buffer];
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AmazonSQS.SendMessage',
    authorization: signedFor('sqs'),
  };
  const request = postOf('/', headers, JSON.stringify({ QueueUrl, MessageBody: BODY }));
  const micros = { ours: [] as number[], floor: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    micros.floor.push(await cpuMicros(bare.pid ?? 0, line.toString().trim(), request));
    micros.ours.push(await cpuMicros(headwater.process.pid ?? 0, headwater.endpoint, request));
  }
  bare.kill();
  return [
    {
      what: 'SendMessage of 1 KB: server CPU',
      // The first rounds warm up.
      ours: median(micros.ours.slice(2)),
      floor: median(micros.floor.slice(2)),
      floorName: 'bare node:http',
      unit: 'µs',
      aim: { value: 2 },
    },
  ];
}

/** Processor time of the server per call, with `WIDTH` kept connections. */
async function cpuMicros(pid: number, endpoint: string, request: Buffer): Promise<number> {
  const clients = await Promise.all(Array.from({ length: WIDTH }, () => openRawClient(endpoint)));
  const before = cpuMsOf(pid);
  await Promise.all(
    clients.map(async (client) => {
      for (let call = 0; call < CALLS / WIDTH; call++) await client.call(request);
    }),
  );
  const used = cpuMsOf(pid) - before;
  for (const client of clients) client.close();
  return (used * 1000) / CALLS;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { HeadwaterProcess } from '../support/built-headwater.ts';
import { exchange, sqs } from '../support/raw-client.ts';
import { cpuMsOf, inParallel, median, type Row } from './measure.ts';

const CALLS = 4000;
const ROUNDS = 3;
const WIDTH = 8;
const BODY = 'x'.repeat(1024);

/** Server CPU of one SendMessage of 1 KB, against bare node:http with the same bytes. */
export async function measureSendMessage(headwater: HeadwaterProcess, bareHttpFile: string): Promise<readonly Row[]> {
  const { endpoint } = headwater;
  const { QueueUrl } = await sqs(endpoint, 'CreateQueue', { QueueName: 'bench-send' });
  const bare = spawn(process.execPath, [bareHttpFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(bare.stdout, 'data')) as [Buffer];
  const bareUrl = line.toString().trim();
  const body = JSON.stringify({ QueueUrl, MessageBody: BODY });
  const send = (url: string) => () =>
    exchange(`${url}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body,
    });
  const cpuMicros = async (pid: number, url: string) => {
    const before = cpuMsOf(pid);
    await inParallel(CALLS, WIDTH, send(url));
    return ((cpuMsOf(pid) - before) * 1000) / CALLS;
  };
  await inParallel(CALLS / 4, WIDTH, send(endpoint));
  await inParallel(CALLS / 4, WIDTH, send(bareUrl));
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    floor.push(await cpuMicros(bare.pid ?? 0, bareUrl));
    ours.push(await cpuMicros(headwater.process.pid ?? 0, endpoint));
  }
  bare.kill();
  return [
    {
      what: 'SendMessage of 1 KB: server CPU',
      ours: median(ours),
      floor: median(floor),
      floorName: 'bare node:http',
      unit: 'µs',
      aim: { value: 2 },
    },
  ];
}

// Run as a process of its own: sends messages and records, a poison one of each among them, through unmodified clients, and
// prints each id once it was acknowledged, or that this is not known. When an endpoint is gone it goes on with the next.
import { writeSync } from 'node:fs';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const [round = '', each = '', ...endpoints] = process.argv.slice(2);

/** Sends one after the other. */
async function produce(kind: string, send: (endpoint: string, id: string) => Promise<unknown>): Promise<void> {
  const alive = [...endpoints];
  for (let next = 0; next < Number(each); ) {
    const id = `${kind}-${round}-${next}${next === Number(each) / 2 ? '-poison' : ''}-${alive.length}`;
    try {
      await send(alive[0] ?? '', id);
      writeSync(1, `sent ${id}\n`);
      next += 1;
    } catch (error) {
      writeSync(1, `unsure ${id}\n`);
      alive.shift();
      if (alive.length === 0) throw error;
    }
  }
}

const optionsOf = (endpoint: string) => ({
  ...{ endpoint, region: 'us-east-1', maxAttempts: 1 },
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
const sqs = new Map(endpoints.map((endpoint) => [endpoint, new SQSClient(optionsOf(endpoint))]));
const kinesis = new Map(endpoints.map((endpoint) => [endpoint, new KinesisClient(optionsOf(endpoint))]));

await Promise.all([
  produce('message', (endpoint, MessageBody) => {
    const QueueUrl = `${endpoint}/000000000000/orders`;
    return Promise.resolve(sqs.get(endpoint)?.send(new SendMessageCommand({ QueueUrl, MessageBody })));
  }),
  produce('record', (endpoint, PartitionKey) => {
    const input = { StreamName: 'clicks', PartitionKey, Data: Buffer.from(PartitionKey) };
    return Promise.resolve(kinesis.get(endpoint)?.send(new PutRecordCommand(input)));
  }),
]);

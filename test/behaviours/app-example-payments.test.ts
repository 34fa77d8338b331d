// README.md, "Streams": the example examples/payments, driven by its recorded file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { startTestKit } from '../../src/testing.ts';
import { projectRoot } from '../support/source-files.ts';

const folder = join(projectRoot, 'examples/payments');
const PAYMENTS = 'arn:aws:kinesis:us-east-1:000000000000:stream/payments';

test('payments become balances and alerts; a bad one is told of; run again nothing is paid twice', async () => {
  await using kit = await startTestKit({ config: join(folder, 'headwater.config.json') });
  const dynamodb = new DynamoDBClient(kit.clientConfig());
  const sqs = new SQSClient(kit.clientConfig());
  const post = async (path: string, body: string) => {
    const response = await fetch(`${kit.endpoint}/_headwater${path}`, { method: 'POST', body });
    return (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const balances = async () => {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'balances' }));
    return Object.fromEntries(Items.map(({ account, balance }) => [account?.S, balance?.N]));
  };
  const messages = async (queue: string) => {
    const QueueUrl = `${kit.endpoint}/000000000000/${queue}`;
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    return (await sqs.send(receive)).Messages?.map(({ Body = '' }) => Body) ?? [];
  };

  const published = await post('/publish', readFileSync(join(folder, 'payments.jsonl'), 'utf8'));
  expect(published.at(-1)).toMatchObject({ succeeded: 10, failed: 0 });
  await kit.untilIdle();
  await kit.advance(MINUTE);
  const paid = { ada: '75', gil: '-10', cyd: '21' };
  expect(await balances()).toEqual(paid);
  // At -20, and at -10 after it was well in between.
  expect(await messages('alerts')).toHaveLength(2);
  const [failure = '{}'] = await messages('payments-failed');
  expect(JSON.parse(failure)).toMatchObject({ KinesisBatchInfo: { batchSize: 1, streamArn: PAYMENTS } });

  const replayed = await post('/replay', JSON.stringify({ source: PAYMENTS }));
  // The batch goes on behind the bad payment.
  expect(replayed.at(-1)).toMatchObject({ kind: 'done', failed: 1 });
  expect(replayed.filter(({ outcome }) => outcome === 'item-failures')).toHaveLength(1);
  await kit.untilIdle();
  const applied = kit.logs.filter(({ text }) => text.includes('was applied before'));
  expect(applied).toHaveLength(9);
  await kit.untilIdle();
  expect(await balances()).toEqual(paid);
});

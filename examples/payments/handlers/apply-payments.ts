// Runs for batches of payments of one shard, in order: adds each to the balance of its account. A payment that cannot be
// applied is reported; the batch goes on at it until its retries are used up, then the failure's record goes to the queue.
// See https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

interface KinesisEvent {
  readonly Records: readonly { readonly kinesis: { readonly sequenceNumber: string; readonly data: string } }[];
}

interface Payment {
  readonly account: string;
  readonly amount: number;
}

const dynamodb = new DynamoDBClient({});

export async function handler(event: KinesisEvent) {
  for (const { kinesis } of event.Records) {
    try {
      await apply(JSON.parse(Buffer.from(kinesis.data, 'base64').toString()), kinesis.sequenceNumber);
    } catch (error) {
      console.error(`payment ${kinesis.sequenceNumber}: ${error instanceof Error ? error.message : error}`);
      return { batchItemFailures: [{ itemIdentifier: kinesis.sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}

/** A payment may come twice; the sequence number that the balance has seen last makes the second time do nothing. */
async function apply({ account, amount }: Payment, sequenceNumber: string): Promise<void> {
  if (!Number.isFinite(amount)) throw new Error(`the amount of a payment to ${account} is no number`);
  const update = new UpdateItemCommand({
    TableName: process.env['BALANCES_TABLE'],
    Key: { account: { S: account } },
    UpdateExpression: 'SET lastPayment = :sequence ADD balance :amount',
    ConditionExpression: 'attribute_not_exists(lastPayment) OR lastPayment < :sequence',
    ExpressionAttributeValues: { ':sequence': { S: sequenceNumber }, ':amount': { N: String(amount) } },
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes } = await dynamodb.send(update);
    await mark(account, Number(Attributes?.['balance']?.N) < 0);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    console.log(`payment ${sequenceNumber} was applied before`);
  }
}

/** Writes whether the account is overdrawn; where nothing changes, the table's stream has no record of it. */
async function mark(account: string, overdrawn: boolean): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: process.env['BALANCES_TABLE'],
      Key: { account: { S: account } },
      UpdateExpression: 'SET overdrawn = :overdrawn',
      ExpressionAttributeValues: { ':overdrawn': { BOOL: overdrawn } },
    }),
  );
}

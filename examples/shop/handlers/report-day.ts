// Runs every day at six in the evening, Berlin's time: says what was charged up to now. The schedule writes the instant for
// which it runs into its input. See https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});

export async function handler({ day }: { readonly day: string }) {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: process.env['CHARGES_TABLE'] }));
  const total = Items.reduce((sum, { price }) => sum + Number(price?.N), 0);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: process.env['REPORTS_QUEUE'] }));
  await sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ day, orders: Items.length, total }) }),
  );
}

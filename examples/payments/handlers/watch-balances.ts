// Runs for changes of balances that the mapping's filter lets through: those of overdrawn accounts. Sends one alert for each
// account that has just become so. See https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

interface DynamodbEvent {
  readonly Records: readonly {
    readonly dynamodb: {
      readonly Keys: { readonly account: { readonly S: string } };
      readonly NewImage: { readonly balance: { readonly N: string } };
      readonly OldImage?: { readonly overdrawn?: { readonly BOOL: boolean } };
    };
  }[];
}

const sqs = new SQSClient({});

export async function handler(event: DynamodbEvent) {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: process.env['ALERTS_QUEUE'] }));
  for (const { dynamodb } of event.Records) {
    if (dynamodb.OldImage?.overdrawn?.BOOL) continue;
    const MessageBody = `${dynamodb.Keys.account.S} is overdrawn: ${dynamodb.NewImage.balance.N}`;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
}

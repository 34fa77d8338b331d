// Runs for each order that is published to the topic: notes what it costs. A message may come twice; the second time nothing
// is charged. See https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

interface SnsEvent {
  readonly Records: readonly { readonly Sns: { readonly Message: string } }[];
}

const dynamodb = new DynamoDBClient({});

export async function handler(event: SnsEvent) {
  for (const { Sns } of event.Records) {
    const { id, price } = JSON.parse(Sns.Message);
    await charge(String(id), Number(price));
  }
}

async function charge(order: string, price: number): Promise<void> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: process.env['CHARGES_TABLE'],
        Item: { order: { S: order }, price: { N: String(price) } },
        ConditionExpression: 'attribute_not_exists(#order)',
        ExpressionAttributeNames: { '#order': 'order' },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    console.log(`order ${order} was charged before`);
  }
}

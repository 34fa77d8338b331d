// Runs for what the rule's input transformer makes of a shipped order: a letter to its customer.
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const sqs = new SQSClient({});

export async function handler(letter: { readonly to: string; readonly text: string }) {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: process.env['LETTERS_QUEUE'] }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(letter) }));
  console.log(`letter to ${letter.to}: ${letter.text}`);
}

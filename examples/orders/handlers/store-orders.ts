// Runs for batches of up to ten orders: stores each as an object. An order that cannot be stored fails alone; the others
// of its batch are done. See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

interface Order {
  readonly id: string;
  readonly customer: string;
  readonly quantity: string;
  readonly unit_price: string;
}

const s3 = new S3Client({ forcePathStyle: true });

export async function handler(event: SqsEvent) {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      await store(JSON.parse(body));
    } catch (error) {
      console.error(`message ${messageId}: ${error instanceof Error ? error.message : error}`);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function store(order: Order): Promise<void> {
  const quantity = Number(order.quantity);
  if (!Number.isInteger(quantity) || quantity < 1) {
    throw new Error(`order ${order.id} has the quantity "${order.quantity}"`);
  }
  const total = (quantity * Number(order.unit_price)).toFixed(2);
  await s3.send(
    new PutObjectCommand({
      Bucket: process.env['STORE_BUCKET'],
      Key: `${order.customer}/${order.id}.json`,
      Body: JSON.stringify({ ...order, quantity, total }),
      ContentType: 'application/json',
    }),
  );
}

// Runs when a CSV file is uploaded: reads it and sends each row to the queue "orders".
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';

interface S3Event {
  readonly Records: readonly {
    readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
  }[];
}

const s3 = new S3Client({ forcePathStyle: true });
const sqs = new SQSClient({});
const LARGEST_BATCH = 10;

export async function handler(event: S3Event): Promise<{ readonly sent: number }> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: process.env['QUEUE_NAME'] }));
  let sent = 0;
  for (const { s3: change } of event.Records) {
    const key = decodeURIComponent(change.object.key.replaceAll('+', ' '));
    const file = await s3.send(new GetObjectCommand({ Bucket: change.bucket.name, Key: key }));
    const rows = parseCsv((await file.Body?.transformToString()) ?? '');
    console.log(`${key} has ${rows.length} orders`);
    for (let start = 0; start < rows.length; start += LARGEST_BATCH) {
      const batch = rows.slice(start, start + LARGEST_BATCH);
      await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: batch.map((row, index) => ({ Id: String(index), MessageBody: JSON.stringify(row) })),
        }),
      );
      sent += batch.length;
    }
  }
  return { sent };
}

function parseCsv(text: string): readonly Record<string, string>[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
}

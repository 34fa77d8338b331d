import { s3, sqs } from '../support/raw-client.ts';

/** What the endpoint has acknowledged, kept outside of it. */
export interface Ledger {
  readonly messages: Set<string>;
  readonly objects: Map<string, string>;
  readonly invocations: Set<string>;
  readonly mapped: Set<string>;
}

export const emptyLedger = (): Ledger => ({
  messages: new Set(),
  objects: new Map(),
  invocations: new Set(),
  mapped: new Set(),
});

export const acknowledged = (ledger: Ledger): number =>
  ledger.messages.size + ledger.objects.size + ledger.invocations.size + ledger.mapped.size;

/** Takes messages off a queue until every wanted body was seen, or several long polls brought nothing new. */
export async function drain(
  endpoint: string,
  QueueUrl: string,
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const isMissing = () => [...wanted].some((body) => !seen.has(body));
  for (let empty = 0; isMissing() && empty < 4; ) {
    const input = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5, VisibilityTimeout: 600 };
    const { Messages = [] } = (await sqs(endpoint, 'ReceiveMessage', input)) as {
      readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[];
    };
    empty = Messages.length === 0 ? empty + 1 : 0;
    for (const message of Messages) seen.add(message.Body);
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await sqs(endpoint, 'DeleteMessageBatch', { QueueUrl, Entries });
  }
  return seen;
}

/** Objects that are gone or not what was acknowledged. */
export async function brokenObjects(
  endpoint: string,
  bucket: string,
  objects: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [key, content] of objects) {
    const body = await s3(endpoint, 'GET', `/${bucket}/${key}`).then(String, (error: Error) => error.message);
    if (body !== content) broken.push(`${key}: ${body.slice(0, 200)}`);
  }
  return broken;
}

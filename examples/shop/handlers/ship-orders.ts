// Runs for batches of orders that weigh something, as the subscription's filter policy lets no other through: ships each, and
// says so on the event bus. An order without a customer fails alone.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

const events = new EventBridgeClient({});

export async function handler(event: SqsEvent) {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      await ship(JSON.parse(body));
    } catch (error) {
      console.error(`message ${messageId}: ${error instanceof Error ? error.message : error}`);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function ship({ id, customer }: { readonly id: string; readonly customer?: string }): Promise<void> {
  if (!customer) throw new Error(`order ${id} has no customer`);
  const { FailedEntryCount } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: process.env['EVENT_BUS'],
          Source: 'shop.shipping',
          DetailType: 'Order shipped',
          Detail: JSON.stringify({ order: id, customer }),
        },
      ],
    }),
  );
  if (FailedEntryCount) throw new Error(`the event bus did not take that order ${id} was shipped`);
}

import type { JournalEntry } from '../journal.ts';
import type { DeliveryStep, GivenUp } from './pending-delivery.ts';

/** A delivery as the journal names it. */
export interface NamedDelivery extends Pick<JournalEntry, 'eventIds' | 'traceId' | 'detail'> {
  /** From whom to whom, e.g. `SNS orders → sqs arn:aws:sqs:…`. */
  readonly way: string;
  readonly receiver: string;
  /** Where it goes when it is given up. */
  readonly deadLetterArn?: string | undefined;
}

/** What the journal is told of a step of a delivery, whoever delivers. */
export function deliveryEntry(
  { way, receiver, deadLetterArn, ...named }: NamedDelivery,
  step: DeliveryStep,
): JournalEntry {
  return {
    ...named,
    kind: step.kind === 'retry' ? 'retry' : 'delivery',
    what: `${way}: ${outcomeOf(step, deadLetterArn)}`,
    arn: step.kind === 'buried' ? deadLetterArn : receiver,
    becameId: step.kind === 'retry' ? undefined : step.id,
  };
}

function outcomeOf(step: DeliveryStep, deadLetterArn: string | undefined): string {
  switch (step.kind) {
    case 'accepted':
      return 'accepted';
    case 'retry':
      return `refused, to be tried again at ${new Date(step.atMs).toISOString()} (${reasonOf(step.refusal)})`;
    case 'buried':
      return `given up, moved to dead-letter queue ${deadLetterArn} (${reasonOf(step.givenUp.refusal)})`;
    case 'lost':
      return `given up, dropped (${reasonOf(step.givenUp.refusal)})`;
  }
}

const reasonOf = ({ code, message }: GivenUp['refusal']) => `${code}: ${message}`;

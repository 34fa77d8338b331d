import type { Delivery } from '../../../src/core/target.ts';
import type { Delivered, Letter } from './ledger.ts';

interface Said {
  readonly entry: string;
  readonly due: string;
}

/** What an event of a rule tells: the instant of the rule itself, or what a schedule put onto the bus. */
interface BusEventText {
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Partial<Said>;
}

/** Targets are functions with a number for a name. */
export const targetOf = (arn: string): number => Number(arn.slice(arn.lastIndexOf(':') + 1));

/** What a target was given, by what it says itself. */
export function readDelivery(arn: string, payload: Uint8Array): Delivered {
  return { ...readSaid(JSON.parse(Buffer.from(payload).toString())), target: targetOf(arn) };
}

function readSaid(text: Said | BusEventText): Omit<Delivered, 'target'> {
  if ('due' in text) return { entry: text.entry, dueMs: Date.parse(text.due) };
  const { entry, due } = text.detail;
  if (entry !== undefined && due !== undefined) return { entry, dueMs: Date.parse(due) };
  const rule = text.resources[0] ?? '';
  return { entry: rule.slice(rule.lastIndexOf('/') + 1), dueMs: Date.parse(text.time) };
}

/** A dead letter of a schedule holds the request; that of a rule the event, and names the target beside it. */
export function readLetter({ payload, attributes = {} }: Delivery, atMs: number): Letter {
  const text = JSON.parse(Buffer.from(payload).toString()) as { FunctionName?: string; Payload: string } & BusEventText;
  const value = (name: string) => attributes[name]?.value;
  const [said, target] =
    text.FunctionName === undefined
      ? [readSaid(text), value('TARGET_ARN') ?? '']
      : [readSaid(JSON.parse(text.Payload)), text.FunctionName];
  return {
    ...{ ...said, atMs, target: targetOf(target) },
    retries: Number(value('RETRY_ATTEMPTS')),
    condition: value('EXHAUSTED_RETRY_CONDITION'),
  };
}

import type { Arn } from '../../src/core/arn.ts';
import type { Dispatcher, InvokeOutcome } from '../../src/core/dispatch.ts';
import type { EventSourceKind } from '../../src/core/event.ts';
import type { Journal } from '../../src/core/journal.ts';
import { limits } from '../../src/core/limits.ts';
import type { Random } from '../../src/core/random.ts';
import type { ReplayStep } from '../../src/core/replay.ts';
import type { Timing } from '../../src/core/timing.ts';
import { backOffMs, mappingBackOff } from '../../src/core/waiting/back-off.ts';
import { readBatchResponse } from '../poll/batch-response.ts';
import type { Pace, Work } from './pace.ts';

/** What delivering again needs. */
export interface DeliveryParts {
  readonly dispatcher: Dispatcher;
  readonly journal: Journal;
  readonly random: Random;
  readonly timing: Timing;
}

/** One event for a function, with where its records came from. */
export interface Redelivery {
  /** What the journal calls the replay. */
  readonly replay: string;
  readonly functionArn: Arn;
  readonly payload: Uint8Array;
  readonly trigger: EventSourceKind;
  readonly eventIds: readonly string[];
  readonly records: number;
  readonly mapping?: string | undefined;
  readonly sourceArn?: Arn | undefined;
  readonly shardId?: string | undefined;
  readonly firstSequenceNumber?: string | undefined;
  readonly lastSequenceNumber?: string | undefined;
  /** In their order, where the function answers which items failed. */
  readonly itemIds?: readonly string[] | undefined;
}

/**
 * Invokes the function once; while it is throttled, again after the waits of a mapping. An error of the function is told and
 * not tried again: a replay shows what happens, the stream's mapping has the retries.
 */
export async function deliverAgain(
  parts: DeliveryParts,
  redelivery: Redelivery,
  waiting: { readonly pace: Pace; readonly work: Work; readonly signal: AbortSignal },
): Promise<Extract<ReplayStep, { kind: 'delivered' }>> {
  const requestId = parts.random.uuid();
  noteDelivery(parts.journal, redelivery, requestId);
  let outcome = await invoke(parts, redelivery, requestId, waiting.signal);
  for (let throttles = 1; outcome.kind === 'throttled' && !waiting.signal.aborted; throttles++) {
    await waiting.pace.rest(backOffMs(throttles, mappingBackOff(parts.timing)), waiting.work, waiting.signal);
    outcome = await invoke(parts, redelivery, requestId, waiting.signal);
  }
  const { functionArn, records, shardId, firstSequenceNumber, lastSequenceNumber } = redelivery;
  return {
    ...{ kind: 'delivered', functionArn, requestId, records, ...resultOf(outcome, redelivery.itemIds) },
    ...{ shardId, firstSequenceNumber, lastSequenceNumber },
  };
}

async function invoke(
  { dispatcher }: DeliveryParts,
  { functionArn, payload, trigger, eventIds }: Redelivery,
  requestId: string,
  signal: AbortSignal,
): Promise<InvokeOutcome> {
  if (payload.length > limits.syncPayloadBytes) return TOO_LARGE;
  return await dispatcher.invoke({ functionArn, payload, requestId, trigger, eventIds }, signal);
}

const TOO_LARGE: InvokeOutcome = {
  kind: 'refused',
  code: 'RequestEntityTooLargeException',
  message: 'the records make an event larger than an invocation takes',
  status: 413,
};

/** Each delivery says that it is a replay, and of what. */
function noteDelivery(journal: Journal, redelivery: Redelivery, requestId: string): void {
  const { replay, eventIds, records, mapping, sourceArn, functionArn } = redelivery;
  const { shardId, firstSequenceNumber, lastSequenceNumber } = redelivery;
  const place = shardId === undefined ? '' : ` of ${shardId}`;
  const detail = { replay, shardId, firstSequenceNumber, lastSequenceNumber };
  journal.append({
    kind: 'batch',
    what: `Replay ${replay}: ${records} record${records === 1 ? '' : 's'}${place} to ${functionArn} again`,
    ...{ eventIds, requestId, mapping, arn: sourceArn ?? functionArn },
    detail: Object.fromEntries(
      Object.entries(detail).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
}

const MOST_TOLD = 500;

/** A function that reports failures of items has not done what it was asked, though it ended well. */
function resultOf(
  outcome: InvokeOutcome,
  itemIds: readonly string[] | undefined,
): Pick<Extract<ReplayStep, { kind: 'delivered' }>, 'outcome' | 'error' | 'failedItem'> {
  if (outcome.kind !== 'ok' || !itemIds) return { outcome: outcome.kind, error: errorOf(outcome) };
  const response = readBatchResponse(outcome.payload, new Set(itemIds));
  switch (response.kind) {
    case 'succeeded':
      return { outcome: outcome.kind, error: undefined };
    case 'partly-failed': {
      const failedItem = itemIds.find((id) => response.failed.has(id));
      return { outcome: 'item-failures', error: `the function reported ${failedItem} as failed`, failedItem };
    }
    case 'not-understood':
      return { outcome: 'item-failures', error: response.why };
  }
}

function errorOf(outcome: InvokeOutcome): string | undefined {
  switch (outcome.kind) {
    case 'ok':
      return undefined;
    case 'function-error':
      return Buffer.from(outcome.payload).toString('utf8', 0, MOST_TOLD);
    case 'throttled':
      return outcome.reason;
    case 'refused':
      return `${outcome.code}: ${outcome.message}`;
  }
}

import { type Arn, parseArn } from '../core/arn.ts';
import type { Clock } from '../core/clock.ts';
import { tryToDeliver } from '../core/delivery/deliver-to.ts';
import type { InvokeRequest } from '../core/dispatch.ts';
import type { EventInvokeConfig } from '../core/function.ts';
import { type Journal, traceIdOf } from '../core/journal.ts';
import type { Random } from '../core/random.ts';
import type { Delivery, DeliveryOutcome, Targets } from '../core/target.ts';
import {
  type Conclusion,
  deadLetterAttributes,
  destinationRecord,
  exceedsTopic,
  recordKey,
} from './destination-record.ts';
import { qualifiedArn } from './function-name.ts';
import type { InvocationMetrics } from './invocation-metrics.ts';
import type { OwedDelivery } from './owed-delivery.ts';

/** Where an invocation's end goes: the destination first, then the dead-letter queue; each that is set gets its copy. */
export function owedDeliveries(
  conclusion: Conclusion,
  config: EventInvokeConfig,
  deadLetterArn: Arn | undefined,
  random: Random,
): readonly OwedDelivery[] {
  const failed = conclusion.condition !== 'Success';
  const destination = failed ? config.onFailure : config.onSuccess;
  const owed: OwedDelivery[] = [];
  if (destination) {
    owed.push({
      sink: failed ? 'OnFailure' : 'OnSuccess',
      arn: destination,
      payload: destinationRecord(conclusion, !(failed && isTopic(destination) && exceedsTopic(conclusion))),
      key: recordKey(conclusion.functionArn, conclusion.nowMs, random.uuid()),
      detailType: `Lambda Function Invocation Result - ${failed ? 'Failure' : 'Success'}`,
    });
  }
  if (failed && deadLetterArn) {
    const attributes = deadLetterAttributes(conclusion);
    owed.push({ sink: 'dead-letter queue', arn: deadLetterArn, payload: conclusion.requestPayload, attributes });
  }
  return owed;
}

const isTopic = (arn: Arn): boolean => parseArn(arn)?.service === 'sns';

/** What a delivery needs beside itself. */
export interface DeliverParts {
  readonly targets: Targets;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly metrics: InvocationMetrics;
}

/**
 * Makes the deliveries in order and returns those to try again. One that is refused for good, or for the last time, is
 * journalled as dropped: AWS counts it in DeadLetterErrors or DestinationDeliveryFailures and keeps nothing. While a backend
 * is away no time is the last.
 */
export async function deliverOwed(
  parts: DeliverParts,
  request: InvokeRequest,
  owed: readonly OwedDelivery[],
  options: { readonly lastTry: boolean; readonly signal: AbortSignal },
): Promise<readonly OwedDelivery[]> {
  const left: OwedDelivery[] = [];
  for (const delivery of owed) {
    const outcome = await deliverOne(parts.targets, request, delivery, options.signal);
    const again =
      outcome.kind === 'refused' && !outcome.permanent && (!options.lastTry || outcome.outage !== undefined);
    if (again) left.push(delivery);
    if (outcome.kind === 'refused') parts.metrics.undelivered(request.functionArn, delivery.sink);
    journalDelivery(parts.journal, request, delivery, outcome, again);
  }
  return left;
}

function deliverOne(
  targets: Targets,
  request: InvokeRequest,
  { arn, payload, attributes, key, detailType }: OwedDelivery,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const functionArn = qualifiedArn(request.functionArn);
  const delivery: Delivery = {
    payload,
    ...(attributes ? { attributes } : {}),
    ...(key ? { key } : {}),
    ...(detailType ? { event: { source: 'lambda', detailType, resources: [arn, functionArn] } } : {}),
    traceHeader: request.traceHeader,
    principal: 'lambda.amazonaws.com',
    sourceArn: functionArn,
    eventIds: request.eventIds,
  };
  return tryToDeliver(targets, arn, delivery, signal);
}

function journalDelivery(
  journal: Journal,
  request: InvokeRequest,
  { sink, arn }: OwedDelivery,
  outcome: DeliveryOutcome,
  again: boolean,
): void {
  const end = again ? 'refused, to be tried again' : 'refused, dropped';
  journal.append({
    kind: 'delivery',
    what: `${sink} ${arn}: ${outcome.kind === 'accepted' ? 'accepted' : `${end} (${outcome.code}: ${outcome.message})`}`,
    eventIds: request.eventIds,
    becameId: outcome.kind === 'accepted' ? outcome.id : undefined,
    requestId: request.requestId,
    arn,
    traceId: traceIdOf(request.traceHeader),
    detail: { sink, outcome: outcome.kind },
  });
}

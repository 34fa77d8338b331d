import { type Arn, parseArn } from '../../../../src/core/arn.ts';
import { tryToDeliver } from '../../../../src/core/delivery/deliver-to.ts';
import type { Journal } from '../../../../src/core/journal.ts';
import { recordOfFunction } from '../../../../src/core/metrics/function-metrics.ts';
import type { Random } from '../../../../src/core/random.ts';
import type { Delivery, DeliveryOutcome, Targets } from '../../../../src/core/target.ts';
import { type CountParts, countEvents } from '../../mapping/event-counts.ts';
import { refuse } from '../../mapping/mapping-settings.ts';
import type { BatchFormat } from '../lane/batch-format.ts';
import type { LaneRecord } from '../lane/stream-batch.ts';
import type { StreamMapping } from '../stream-settings.ts';
import { type Failure, failureKey, failureRecord } from './failure-record.ts';

/** What telling a destination of given-up records needs. */
export interface OnFailureParts extends CountParts {
  readonly targets: Targets;
  readonly journal: Journal;
  readonly random: Random;
}

/** Where given-up records come from. */
export interface FailureSource {
  readonly format: BatchFormat;
  /** The event that the function got of these records. */
  readonly event: (records: readonly LaneRecord[]) => string;
}

/** A failure that a destination is told of. */
interface Told {
  readonly mapping: StreamMapping;
  readonly failure: Failure;
  readonly source: FailureSource;
  readonly uuid: () => string;
}

const NOT_DELIVERED = [{ name: 'DestinationDeliveryFailures', value: 1, unit: 'Count' }] as const;

const neverAborted = new AbortController().signal;

/**
 * Tells the mapping's OnFailure destination, if it has one, that records were given up. False when it could not take the
 * record now, and must be told again; a destination that never can is journalled and left out.
 */
export async function tellDestination(
  parts: OnFailureParts,
  mapping: StreamMapping,
  failure: Failure,
  source: FailureSource,
): Promise<boolean> {
  const arn = mapping.settings.onFailure;
  const eventIds = failure.records.map(({ record }) => record.event.id);
  const note = (what: string, becameId?: string) =>
    parts.journal.append({
      ...{ kind: 'delivery', what, eventIds, becameId, mapping: mapping.uuid, arn: arn ?? mapping.sourceArn },
    });
  const given = `${failure.records.length} given up (${failure.condition})`;
  const { length } = failure.records;
  if (!arn) {
    countEvents(parts, mapping, { DroppedEventCount: length });
    note(`${given}, no OnFailure destination`);
    return true;
  }
  let becameId: string | undefined;
  for (const message of messagesTo(arn, { mapping, failure, source, uuid: () => parts.random.uuid() })) {
    const delivery = { ...message, principal: 'lambda.amazonaws.com', sourceArn: mapping.functionArn, eventIds };
    const outcome = await tryToDeliver(parts.targets, arn, delivery, neverAborted);
    if (outcome.kind === 'refused') {
      if (parts.metrics) recordOfFunction(parts.metrics, mapping.functionArn, NOT_DELIVERED);
      return refused(outcome, (end) => note(`${given}, OnFailure ${arn}: ${end}`));
    }
    becameId = outcome.id;
  }
  countEvents(parts, mapping, { OnFailureDestinationDeliveredEventCount: length });
  note(`${given}, OnFailure ${arn}: accepted`, becameId);
  return true;
}

function refused(outcome: Extract<DeliveryOutcome, { kind: 'refused' }>, note: (end: string) => void): boolean {
  const end = outcome.permanent ? 'refused, dropped' : 'refused, to be tried again';
  note(`${end} (${outcome.code}: ${outcome.message})`);
  return outcome.permanent;
}

/** A destination that is a topic of the source's own cluster begins so. */
export const TOPIC_DESTINATION = 'kafka://';

/**
 * What the destination gets: one message about all records; a bucket's holds the event, too; a topic gets a message of each
 * record, with its key (in base64, as texts cannot hold every key).
 */
function messagesTo(
  arn: Arn,
  { mapping, failure, source: { format, event }, uuid }: Told,
): readonly Pick<Delivery, 'payload' | 'key'>[] {
  const infoOf = (part: Failure, alone: boolean) => format.batchInfo(part, () => event(part.records), alone);
  if (arn.startsWith(TOPIC_DESTINATION)) {
    return failure.records.map((each) => {
      const part = { ...failure, records: [each] };
      const form = { batchInfo: infoOf(part, true), payload: JSON.parse(event([each])) as object };
      const condition = failure.condition === 'RetryAttemptsExhausted' ? 'RetriesExhausted' : undefined;
      return { payload: failureRecord(part, { ...form, condition }), key: each.record.key };
    });
  }
  const batchInfo = infoOf(failure, false);
  if (parseArn(arn)?.service !== 's3') return [{ payload: failureRecord(failure, { batchInfo }) }];
  const payload = failureRecord(failure, { batchInfo, payload: event(failure.records) });
  return [{ payload, key: failureKey(mapping.uuid, failure, uuid()) }];
}

/** Services that take what a stream's mapping gives up. …/lambda/latest/dg/kinesis-on-failure-destination.html */
const SERVICES = new Set(['sqs', 'sns', 's3']);

/** Refuses a destination that is of no fitting kind, or not there. */
export async function requireDestination(targets: Targets, arn: Arn): Promise<void> {
  const service = parseArn(arn)?.service ?? '';
  if (!SERVICES.has(service)) {
    refuse(
      `The provided destination config DestinationConfig(onSuccess=null, onFailure=OnFailure(destination=${arn})) is invalid.`,
    );
  }
  const target = targets.find(arn) ?? refuse(`Headwater does not offer ${service} as a destination (${arn}).`);
  const found = await target.describe(arn);
  if (!found) refuse(`The destination ARN ${arn} is invalid.`);
  if (found?.fifo) refuse(`The destination ARN ${arn} is invalid: FIFO queues and topics are not supported.`);
}

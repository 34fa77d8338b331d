import { type Arn, parseArn } from '../../../../src/core/arn.ts';
import type { Journal } from '../../../../src/core/journal.ts';
import type { Random } from '../../../../src/core/random.ts';
import type { DeliveryOutcome, Targets } from '../../../../src/core/target.ts';
import { refuse } from '../../mapping/mapping-settings.ts';
import type { StreamFormat } from '../stream-format.ts';
import type { StreamMapping } from '../stream-settings.ts';
import { type Failure, failureKey, failureRecord } from './failure-record.ts';

/** What telling a destination of given-up records needs. */
export interface OnFailureParts {
  readonly targets: Targets;
  readonly journal: Journal;
  readonly random: Random;
}

const neverAborted = new AbortController().signal;

/**
 * Tells the mapping's OnFailure destination, if it has one, that records were given up. False when it could not take the
 * record now, and must be told again; a destination that never can is journalled and left out.
 */
export async function tellDestination(
  parts: OnFailureParts,
  mapping: StreamMapping,
  failure: Failure,
  { format, event }: { readonly format: StreamFormat; readonly event: () => string },
): Promise<boolean> {
  const arn = mapping.settings.onFailure;
  const eventIds = failure.records.map(({ record }) => record.event.id);
  const note = (what: string, becameId?: string) =>
    parts.journal.append({
      ...{ kind: 'delivery', what, eventIds, becameId, mapping: mapping.uuid, arn: arn ?? mapping.sourceArn },
    });
  const given = `${failure.records.length} given up (${failure.condition})`;
  if (!arn) {
    note(`${given}, no OnFailure destination`);
    return true;
  }
  const toBucket = parseArn(arn)?.service === 's3';
  const outcome = await deliver(parts.targets, arn, {
    payload: failureRecord(failure, format, toBucket ? event() : undefined),
    ...(toBucket ? { key: failureKey(mapping.uuid, failure, parts.random.uuid()) } : {}),
    principal: 'lambda.amazonaws.com',
    sourceArn: mapping.functionArn,
    eventIds,
  });
  if (outcome.kind === 'accepted') {
    note(`${given}, OnFailure ${arn}: accepted`, outcome.id);
    return true;
  }
  const end = outcome.permanent ? 'refused, dropped' : 'refused, to be tried again';
  note(`${given}, OnFailure ${arn}: ${end} (${outcome.code}: ${outcome.message})`);
  return outcome.permanent;
}

async function deliver(
  targets: Targets,
  arn: Arn,
  delivery: Parameters<NonNullable<ReturnType<Targets['find']>>['deliver']>[1],
): Promise<DeliveryOutcome> {
  const target = targets.find(arn);
  if (!target) return { kind: 'refused', permanent: true, code: 'NoSuchService', message: `Nothing here takes ${arn}` };
  try {
    return await target.deliver(arn, delivery, neverAborted);
  } catch (error) {
    return { kind: 'refused', permanent: false, code: 'InternalFailure', message: String(error) };
  }
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

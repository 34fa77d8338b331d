import { type Arn, asArn, parseArn } from '../../../src/core/arn.ts';
import { type Clock, SECOND } from '../../../src/core/clock.ts';
import type { CloudEvent } from '../../../src/core/cloud-event.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import { type Journal, traceIdOf } from '../../../src/core/journal.ts';
import type { Random } from '../../../src/core/random.ts';
import type { Progress, PublishRequest } from '../../../src/core/replay.ts';
import type { Targets } from '../../../src/core/target.ts';
import { traceHeaderFor } from '../../../src/core/trace-header.ts';
import type { Pace, Work } from '../pace.ts';
import { bytesOf, type ItemWrite, itemWriteOf } from './recorded-event.ts';

/** What publishing needs. */
export interface PublishParts {
  readonly targets: Targets;
  /** Writes an item as a client would. */
  readonly writeItem: (table: Arn, write: ItemWrite, traceHeader: string) => Promise<void>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
}

/** Writes events into their source, one after the other: order is kept. */
export async function publishEvents(
  parts: PublishParts,
  { events, into, replay }: PublishRequest & { readonly replay: string },
  { pace, progress }: { readonly pace: Pace; readonly progress: Progress },
): Promise<void> {
  using work = pace.work('publishing recorded events');
  for await (const event of events) {
    if (event.time !== undefined) await pace.until(Date.parse(event.time), work, progress.signal);
    if (progress.signal.aborted) return;
    const arn = into ?? asArn(event.source);
    const { error, ...ids } = await publish(parts, event, arn, { pace, work, signal: progress.signal });
    const end = error === undefined ? '' : `, refused: ${error}`;
    parts.journal.append({
      kind: 'delivery',
      what: `Replay ${replay}: ${event.type} ${event.id} published into ${arn} again${end}`,
      ...{ eventIds: [event.id], ...ids, arn, detail: { replay } },
    });
    progress.tell({ kind: 'published', into: arn, eventId: event.id, error });
  }
}

/** What became of an event. */
interface Published {
  /** What it is called where it was published. */
  readonly becameId?: string | undefined;
  /** A table does not tell that; the change of the item has this trace. */
  readonly traceId?: string | undefined;
  /** Why it could not be; absent when it was. */
  readonly error?: string | undefined;
}

/** A shard takes as much a second; other refusals that are not for good do not last long, either. */
const RETRY_MS = SECOND;
const MOST_RETRIES = 60;

async function publish(
  parts: PublishParts,
  event: CloudEvent,
  arn: Arn,
  { pace, work, signal }: { readonly pace: Pace; readonly work: Work; readonly signal: AbortSignal },
): Promise<Published> {
  const { service, resource = '' } = parseArn(arn) ?? {};
  if (service === 'dynamodb') return await publishChange(parts, event, arn);
  const target = parts.targets.find(arn);
  if (!target || service === 's3') return { error: `events cannot be published into ${arn}` };
  // A consumer's ARN names its stream, too.
  const stream = service === 'kinesis' ? asArn(arn.slice(0, arn.length - resource.length) + streamOf(resource)) : arn;
  const delivery = {
    ...{ payload: bytesOf(event), principal: 'lambda.amazonaws.com', sourceArn: arn },
    ...{ key: event.partitionkey ?? event.id, eventIds: [event.id] },
  };
  for (let retries = 0; ; retries++) {
    const outcome = await target.deliver(stream, delivery, signal);
    if (outcome.kind === 'accepted') return { becameId: outcome.id };
    if (outcome.permanent || retries === MOST_RETRIES || signal.aborted) {
      return { error: `${outcome.code}: ${outcome.message}` };
    }
    await pace.rest(RETRY_MS, work, signal);
  }
}

const streamOf = (resource: string) => resource.split('/', 2).join('/');

async function publishChange(parts: PublishParts, event: CloudEvent, arn: Arn): Promise<Published> {
  const write = itemWriteOf(event);
  if (typeof write === 'string') return { error: `the event ${write}` };
  const { resource = '' } = parseArn(arn) ?? {};
  const [table = ''] = resource.split('/stream/', 1);
  const traceHeader = traceHeaderFor(undefined, parts.clock.nowMs(), parts.random);
  try {
    await parts.writeItem(asArn(arn.slice(0, arn.length - resource.length) + table), write, traceHeader);
    return { traceId: traceIdOf(traceHeader) };
  } catch (error) {
    if (error instanceof ServiceError) return { error: `${error.code}: ${error.message}` };
    throw error;
  }
}

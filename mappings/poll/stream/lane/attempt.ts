import type { Activity } from '../../../../src/core/activity.ts';
import type { Clock } from '../../../../src/core/clock.ts';
import type { Dispatcher, InvokeOutcome } from '../../../../src/core/dispatch.ts';
import type { Journal, JournalKind } from '../../../../src/core/journal.ts';
import { limits } from '../../../../src/core/limits.ts';
import { recordOfFunction } from '../../../../src/core/metrics/function-metrics.ts';
import type { Random } from '../../../../src/core/random.ts';
import type { Targets } from '../../../../src/core/target.ts';
import type { Timing } from '../../../../src/core/timing.ts';
import { type CountParts, countEvents } from '../../mapping/event-counts.ts';
import type { Turns } from '../../turns.ts';
import type { FailureCondition } from '../failure/failure-record.ts';
import { tellDestination } from '../failure/on-failure.ts';
import type { LaneShard } from './lane-shard.ts';
import type { LaneRecord, RetryRules, StreamBatch, Verdict } from './stream-batch.ts';
import type { OpenWindow } from './tumbling-window.ts';
import { readVerdict } from './verdict.ts';

/** What delivering the batches of a stream needs. */
export interface LaneParts extends CountParts {
  readonly dispatcher: Dispatcher;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly turns: Turns;
}

/** A batch in flight is finished whatever becomes of its mapping. */
const neverAborted = new AbortController().signal;

/** Invokes the function with a batch, and says what came of it. */
export async function attemptBatch(
  parts: LaneParts,
  shard: LaneShard,
  batch: StreamBatch,
  window: OpenWindow | undefined,
): Promise<{ readonly verdict: Verdict; readonly state?: string | undefined; readonly rules: RetryRules }> {
  const { mapping } = shard;
  const requestId = parts.random.uuid();
  const eventIds = batch.records.map(({ record }) => record.event.id);
  const [first] = batch.records;
  const replay = first && shard.replayOf(first.record.event.position.sequenceNumber);
  const note = noteIn(parts.journal, shard, { eventIds, replay });
  const again = replay === undefined ? '' : ` again: replay ${replay}`;
  const place = `${shard.shardId} in ${mapping.sourceArn}`;
  note('batch', `${nameOf(batch)} of ${place} to ${mapping.functionArn}${again}`, requestId);
  const payload = payloadOf(shard, batch.records, window);
  const answer =
    payload.length > limits.syncPayloadBytes
      ? { verdict: { kind: 'too-large' } as const }
      : readVerdict(await invoke(parts, shard, { payload, requestId, eventIds }), batch.records, {
          requestId,
          reporting: mapping.settings.reportsItemFailures ? shard.format.reporting : undefined,
          windowed: window !== undefined,
        });
  shard.processed(resultOf(answer.verdict, requestId));
  measure(parts, shard, batch, answer.verdict);
  const rules = { settings: mapping.settings, nowMs: parts.clock.nowMs(), ...delays(parts) };
  note('settle', sentenceOf(answer.verdict, batch));
  return { ...answer, rules };
}

/** Counts what became of the records, and how old the newest was when the function had seen it. */
function measure(parts: LaneParts, { mapping, format }: LaneShard, { records }: StreamBatch, verdict: Verdict): void {
  const invoked = verdict.kind === 'too-large' ? 0 : records.length;
  const failed = records.length - succeededOf(verdict, records.length);
  countEvents(parts, mapping, { InvokedEventCount: invoked, FailedInvokeEventCount: failed });
  const last = records.at(-1)?.record.event;
  if (!parts.metrics || !last || format.trigger === 'kafka' || invoked === 0 || verdict.kind === 'deferred') return;
  const value = Math.max(0, parts.clock.nowMs() - last.occurredAtMs);
  recordOfFunction(parts.metrics, mapping.functionArn, [{ name: 'IteratorAge', value, unit: 'Milliseconds' }]);
}

function succeededOf(verdict: Verdict, size: number): number {
  switch (verdict.kind) {
    case 'succeeded':
      return size;
    case 'failed-at':
      return verdict.index;
    case 'failed-alone':
      return size - verdict.failed.length;
    default:
      return 0;
  }
}

/** Tells the destination that records are not delivered any more; false when it must be told again. */
export function giveUp(
  parts: LaneParts,
  shard: LaneShard,
  batch: StreamBatch,
  why: { readonly condition: FailureCondition; readonly window: OpenWindow | undefined },
): Promise<boolean> {
  const { mapping, format } = shard;
  const shardId = batch.records[0]?.record.event.position.shardId ?? shard.shardId;
  const failure = {
    ...{ records: batch.records, failures: batch.failures, lastAttempt: batch.lastAttempt },
    ...{ condition: why.condition, requestId: parts.random.uuid(), nowMs: parts.clock.nowMs() },
    ...{ functionArn: mapping.functionArn, streamArn: mapping.sourceArn, shardId },
  };
  const event = (records: readonly LaneRecord[]) => Buffer.from(payloadOf(shard, records, why.window)).toString();
  return tellDestination(parts, mapping, failure, { format, event });
}

async function invoke(
  { dispatcher }: LaneParts,
  { mapping, format }: LaneShard,
  request: { readonly payload: Uint8Array; readonly requestId: string; readonly eventIds: readonly string[] },
): Promise<InvokeOutcome> {
  try {
    return await dispatcher.invoke(
      { ...request, functionArn: mapping.functionArn, trigger: format.trigger },
      neverAborted,
    );
  } catch (error) {
    return { kind: 'refused', code: 'ServiceException', message: String(error), status: 500 };
  }
}

const payloadOf = (
  { format, mapping: { sourceArn }, shardId }: LaneShard,
  records: readonly LaneRecord[],
  window: OpenWindow | undefined,
): Uint8Array => format.payload(records, { sourceArn, shardId }, window);

/**
 * Failures and deferrals back off exponentially; the curve is AWS's secret, its first minute is recorded. Deferrals are
 * spread: lanes that were throttled together would else try again together, and all but a few be throttled again.
 */
const delays = ({ timing, random }: LaneParts): Pick<RetryRules, 'retryDelayMs' | 'deferralDelayMs'> => ({
  retryDelayMs: (failures) =>
    Math.min(timing.streamRetryFirstDelayMs * 2 ** (failures - 1), timing.streamRetryMaxDelayMs),
  deferralDelayMs(deferrals) {
    const longestMs = Math.min(
      timing.mappingThrottleFirstDelayMs * 2 ** (deferrals - 1),
      timing.mappingThrottleMaxDelayMs,
    );
    return Math.ceil(longestMs * (1 - random.fraction() / 2));
  },
});

/** What `LastProcessingResult` says; that a function is gone is worded as somebody saw it on AWS. */
function resultOf(verdict: Verdict, requestId: string): string {
  if (verdict.kind === 'succeeded') return 'OK';
  if (verdict.kind !== 'deferred' || !verdict.functionIsGone) return 'PROBLEM: Function call failed';
  return `PROBLEM: ${verdict.why} (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ${requestId})`;
}

function sentenceOf(verdict: Verdict, batch: StreamBatch): string {
  const size = batch.records.length;
  switch (verdict.kind) {
    case 'succeeded':
      return `${size} done`;
    case 'failed-at':
      return `${verdict.index} done, the batch goes on at the next`;
    case 'failed-alone':
      return `${size - verdict.failed.length} done, ${verdict.failed.length} failed`;
    case 'failed':
      return `${size} failed (${verdict.attempt.functionError ?? 'reported by the function'})`;
    case 'deferred':
      return `${size} not delivered: ${verdict.why}`;
    case 'too-large':
      return 'the record makes an event larger than an invocation takes';
  }
}

const nameOf = ({ records, failures }: StreamBatch) =>
  `${records.length === 0 ? 'End of a window' : `Batch of ${records.length}`}${failures > 0 ? `, retry ${failures},` : ''}`;

const noteIn =
  (
    journal: Journal,
    { mapping }: LaneShard,
    { eventIds, replay }: { readonly eventIds: readonly string[]; readonly replay: string | undefined },
  ) =>
  (kind: JournalKind, what: string, requestId?: string) =>
    journal.append({
      ...{ kind, what, eventIds, requestId, mapping: mapping.uuid, arn: mapping.sourceArn },
      detail: replay === undefined ? undefined : { replay },
    });

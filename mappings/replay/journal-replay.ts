import { type Arn, asArn } from '../../src/core/arn.ts';
import type { EventSourceKind } from '../../src/core/event.ts';
import type { JournalReader, RecordedEntry } from '../../src/core/journal.ts';
import type { MappingFacts } from '../../src/core/mappings.ts';
import type { JournalRange, Progress } from '../../src/core/replay.ts';
import { type DeliveryParts, deliverAgain } from './delivery.ts';
import { itemsOf } from './event-items.ts';
import type { Pace } from './pace.ts';

/** An invocation that the journal tells of. */
interface PastInvocation {
  readonly entry: RecordedEntry;
  readonly trigger: EventSourceKind;
  /** Absent when it was too large to keep. */
  readonly payload: string | undefined;
}

/** What replaying from the journal needs. */
export interface JournalReplayParts extends DeliveryParts {
  readonly journal: DeliveryParts['journal'] & JournalReader;
  readonly mappingsOf: (sourceArn: Arn) => readonly MappingFacts[];
}

/** Invokes again what the journal tells of, one after the other, but no more for events that are taken already. */
export async function replayJournal(
  parts: JournalReplayParts,
  request: {
    readonly replay: string;
    readonly range: JournalRange;
    /** The function that the range's mapping invokes. */
    readonly mappedArn: Arn | undefined;
    /** Where all goes; absent: each to the function that had it. */
    readonly functionArn: Arn | undefined;
  },
  { pace, progress }: { readonly pace: Pace; readonly progress: Progress },
): Promise<void> {
  using work = pace.work('replay of the journal');
  for (const { entry, payload, trigger } of pastInvocations(parts.journal, request)) {
    const { eventIds = [], atMs, arn = '' } = entry;
    await pace.until(atMs, work, progress.signal);
    if (progress.signal.aborted) return;
    if (payload === undefined) {
      const why = 'the journal does not hold its body: it was larger than 64 KB; replay it from its stream';
      progress.tell({ kind: 'left-out', what: `request ${entry.requestId} of ${arn}`, why });
      continue;
    }
    const items = itemsOf(payload, asArn(arn), parts.mappingsOf);
    const redelivery = {
      ...{ replay: request.replay, functionArn: request.functionArn ?? asArn(arn), trigger, eventIds },
      ...{ payload: Buffer.from(payload), records: Math.max(1, eventIds.length) },
      ...{ mapping: items?.mapping, itemIds: items?.itemIds },
    };
    progress.tell(await deliverAgain(parts, redelivery, { pace, work, signal: progress.signal }));
  }
}

/** Attempts in the range, but no replays and none whose events all came before: another attempt, or a part of a batch. */
function pastInvocations(
  journal: JournalReader,
  wanted: { readonly range: JournalRange; readonly mappedArn: Arn | undefined },
): readonly PastInvocation[] {
  const taken = new Set<string>();
  const replayed = new Set<string>();
  const covered = new Set<string>();
  const found: PastInvocation[] = [];
  for (const entry of journal.read()) {
    const { kind, requestId = '', mapping, detail, eventIds = [] } = entry;
    const members = (detail ?? {}) as Readonly<Record<string, string | undefined>>;
    if (mapping !== undefined && mapping === wanted.range.mapping) for (const id of eventIds) taken.add(id);
    if (kind === 'batch' && members['replay'] !== undefined) replayed.add(requestId);
    if (kind !== 'attempt' || replayed.has(requestId) || !isWanted(entry, wanted.range)) continue;
    if (
      wanted.range.mapping !== undefined &&
      !(entry.arn === wanted.mappedArn && eventIds.some((id) => taken.has(id)))
    ) {
      continue;
    }
    // What a client invoked itself has no event, and the same request when it is tried again.
    const keys = (eventIds.length > 0 ? eventIds : [requestId]).map((id) => `${entry.arn} ${id}`);
    if (keys.every((key) => covered.has(key))) continue;
    const payload = members['payload'];
    if (payload !== undefined) for (const key of keys) covered.add(key);
    found.push({ entry, trigger: members['trigger'] as EventSourceKind, payload });
  }
  return found;
}

function isWanted(entry: RecordedEntry, range: JournalRange): boolean {
  const { event, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY } = range;
  const { atMs, requestId = '', eventIds } = entry;
  if (atMs < sinceMs || atMs > untilMs) return false;
  return event === undefined || requestId === event || (eventIds?.includes(event) ?? false);
}

import type { JournalEntry, RecordedEntry } from '../core/journal.ts';

/**
 * The way of one event from its source to its end. Entries belong together when they share an event, request or trace
 * id: an object's event, the invocation that it led to, the messages which that function sent, what became of them.
 *
 * Events that merely travelled in one batch are no cause of each other, so an entry about several events leads on by
 * what they became, its request and its trace, not by its other events.
 *
 * @param id an event's, request's or trace's id
 * @param recorded all that is in the journal already, oldest first
 */
export function createTrail(id: string, recorded: () => Iterable<RecordedEntry>): (entry: RecordedEntry) => boolean {
  const known = new Set([id]);
  const includes = (entry: RecordedEntry) => {
    if (!isAbout(entry, known)) return false;
    for (const found of leadsOnBy(entry)) known.add(found);
    return true;
  };
  // Effects are usually behind their causes, so this settles in a few passes.
  for (let before = 0; before !== known.size; ) {
    before = known.size;
    for (const entry of recorded()) includes(entry);
  }
  return includes;
}

function isAbout(entry: JournalEntry, ids: ReadonlySet<string>): boolean {
  const { requestId, traceId, eventIds, becameId } = entry;
  if (becameId !== undefined && ids.has(becameId)) return true;
  if (requestId !== undefined && ids.has(requestId)) return true;
  if (traceId !== undefined && ids.has(traceId)) return true;
  return eventIds?.some((id) => ids.has(id)) ?? false;
}

function leadsOnBy({ requestId, traceId, eventIds = [], becameId }: JournalEntry): readonly string[] {
  const ids = eventIds.length === 1 ? [...eventIds] : [];
  if (becameId !== undefined) ids.push(becameId);
  if (requestId !== undefined) ids.push(requestId);
  if (traceId !== undefined) ids.push(traceId);
  return ids;
}

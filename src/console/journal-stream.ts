import type { IncomingMessage, ServerResponse } from 'node:http';
import { MINUTE, realClock } from '../core/clock.ts';
import type { JournalQuery, JournalReader } from '../core/journal.ts';

/** A query with whether to go on as entries come. */
export interface FollowQuery extends JournalQuery {
  readonly follow: boolean;
}

const PAGE = 500;
/** Clients take a connection that is silent for five minutes for a dead one. */
const HEARTBEAT_MS = MINUTE;

/** The query of a journal request; `undefined` when something in it cannot be read. */
export function readQuery(query: Readonly<Record<string, unknown>>): FollowQuery | undefined {
  const number = (value: unknown) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : Number.NaN);
  const { after, limit, event, follow } = query;
  const found: FollowQuery = {
    after: after === undefined ? undefined : number(after),
    limit: limit === undefined ? undefined : number(limit),
    event: typeof event === 'string' && event !== '' ? event : undefined,
    follow: follow === '1' || follow === 'true',
  };
  const isWrong = Number.isNaN(found.after) || Number.isNaN(found.limit) || (event !== undefined && !found.event);
  return isWrong ? undefined : found;
}

/**
 * Writes entries as they come: one JSON a line, or server-sent events where the client asks for them. A slow reader is
 * never buffered for: it fetches from the ring when it has room, and misses what the ring has dropped by then.
 */
export function followJournal(
  { journal, stopping }: { readonly journal: JournalReader; readonly stopping: AbortSignal },
  query: FollowQuery,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const asEvents = request.headers.accept?.includes('text/event-stream') ?? false;
  const belongs = query.event === undefined ? () => true : journal.trail(query.event);
  let last = query.after ?? -1;
  let left = query.limit ?? Number.POSITIVE_INFINITY;

  const fetch = () => {
    while (left > 0 && last + 1 < journal.nextOffset && !response.writableNeedDrain) {
      const entries = journal.read({ after: last, limit: PAGE });
      for (const entry of entries) {
        last = entry.offset;
        if (left <= 0 || !belongs(entry)) continue;
        left -= 1;
        const json = JSON.stringify(entry);
        response.write(asEvents ? `id: ${entry.offset}\ndata: ${json}\n\n` : `${json}\n`);
      }
      if (entries.length === 0) break;
    }
    if (left <= 0) response.end();
  };

  response.writeHead(200, {
    'content-type': asEvents ? 'text/event-stream' : 'application/x-ndjson',
    'cache-control': 'no-store',
  });
  response.flushHeaders();
  const beat = () => {
    response.write(asEvents ? ':\n\n' : '\n');
    heart = realClock.setTimer(HEARTBEAT_MS, beat);
  };
  let heart = realClock.setTimer(HEARTBEAT_MS, beat);
  const subscription = journal.subscribe(fetch);
  response.on('drain', fetch);
  const end = () => response.end();
  stopping.addEventListener('abort', end, { once: true });
  response.on('close', () => {
    subscription[Symbol.dispose]();
    heart[Symbol.dispose]();
    stopping.removeEventListener('abort', end);
  });
  fetch();
  if (stopping.aborted) end();
}

import { type Clock, realClock, SECOND, sleep } from '../core/clock.ts';
import type { JournalEntry } from '../core/journal.ts';
import type { JournalStore, UnplacedEntry } from '../core/ports/journal-store.ts';
import type { RunningJournal } from './journal.ts';
import { Ring, type RingLimits } from './ring.ts';
import { createRingReader } from './ring-reader.ts';
import { withinBodyLimit } from './weight.ts';

/** How long entries gather before they are sent, in real time: each time the store writes its disk, others wait for it. */
const GATHER_MS = 20;
/** How much is sent at once. */
const BATCH = { entries: 500, bytes: 2 ** 18 };
/** What waits for a store that does not answer; beyond that the oldest is lost. */
const WAITING = { entries: 20_000, bytes: 16 * 2 ** 20 };
const RETRY_MS = SECOND / 2;
/** How long the last entries may take when the process ends. */
const LAST_MS = 2 * SECOND;

/**
 * A journal that several processes keep together. Appending puts the entry in line; what gathered is sent in batches, one
 * at a time. All that is read comes back from the store, in the order in which all processes see it.
 */
export function createSharedJournal({
  clock,
  store,
  ...limits
}: { readonly clock: Clock; readonly store: JournalStore } & RingLimits): RunningJournal {
  const ring = new Ring(limits);
  const { added, ...reader } = createRingReader(ring);
  const sending = createSending(store, clock);
  const receiving = createReceiving(store, ring, added);
  return {
    ...reader,
    append: sending.append,
    get nextOffset() {
      return ring.next;
    },
    get bytes() {
      return ring.bytes;
    },
    async caughtUp() {
      // What cannot be had now is not waited for: reading shows what there is.
      await sending
        .flush()
        .then(receiving.catchUp)
        .catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      const giveUp = new AbortController();
      const late = sleep(realClock, LAST_MS, giveUp.signal).catch(() => {});
      await Promise.race([sending.close(), late]);
      giveUp.abort();
      await receiving.close();
    },
  };
}

function createSending(store: JournalStore, clock: Clock) {
  const closing = new AbortController();
  let waiting: { readonly entry: UnplacedEntry; readonly bytes: number }[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let number = 0;
  let timer: Disposable | undefined;
  let current: Promise<void> | undefined;

  const take = (): UnplacedEntry[] => {
    let count = 0;
    for (let bytes = 0; count < Math.min(waiting.length, BATCH.entries) && bytes < BATCH.bytes; count += 1) {
      bytes += waiting[count]?.bytes ?? 0;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    for (const { bytes } of taken) waitingBytes -= bytes;
    return taken.map(({ entry }) => entry);
  };
  const loseOldest = () => {
    const gone = waiting.splice(0, Math.ceil(waiting.length / 10));
    for (const { bytes } of gone) waitingBytes -= bytes;
    lost += gone.length;
  };
  /** Sends what waits now; what comes meanwhile gathers for the next time. */
  const send = async () => {
    for (let left = waiting.length; left > 0; ) {
      const entries = take();
      left -= entries.length;
      if (lost > 0) entries.unshift(lossOf(lost, clock.nowMs()));
      lost = 0;
      number += 1;
      await untilKept({ number, entries });
    }
  };
  const untilKept = async (batch: Parameters<JournalStore['append']>[0]) => {
    for (;;) {
      try {
        return await store.append(batch);
      } catch (error) {
        if (closing.signal.aborted) throw error;
        await sleep(realClock, RETRY_MS, closing.signal).catch(() => {});
      }
    }
  };
  const flush = async (): Promise<void> => {
    timer?.[Symbol.dispose]();
    timer = undefined;
    await current?.catch(() => {});
    current ??= send().finally(() => {
      current = undefined;
      if (waiting.length > 0) gather();
    });
    await current;
  };
  const gather = () => {
    timer ??= realClock.setTimer(GATHER_MS, () => void flush().catch(() => {}));
  };
  return {
    append(entry: JournalEntry): void {
      const { entry: kept, bytes } = withinBodyLimit(entry);
      waiting.push({ entry: { ...kept, atMs: clock.nowMs() }, bytes });
      waitingBytes += bytes;
      if (waiting.length > WAITING.entries || waitingBytes > WAITING.bytes) loseOldest();
      if (!current) gather();
    },
    flush,
    async close(): Promise<void> {
      closing.abort();
      const last = flush();
      await last.catch(() => {});
    },
  };
}

const lossOf = (count: number, atMs: number): UnplacedEntry => ({
  atMs,
  kind: 'fault',
  what: `The journal has lost ${count} entries that waited too long for its store`,
});

function createReceiving(store: JournalStore, ring: Ring, added: () => void) {
  let isClosed = false;
  let isMissed = false;
  let current: Promise<void> | undefined;
  const fetchAll = async () => {
    do {
      isMissed = false;
      for (let hasMore = true; hasMore && !isClosed; ) {
        const { entries, next, more } = await store.read(ring.next);
        if (next < ring.next) ring.restart(next);
        for (const entry of entries) ring.add(entry, withinBodyLimit(entry).bytes);
        if (entries.length > 0) added();
        hasMore = more;
      }
    } while (isMissed && !isClosed);
  };
  const fetch = (): Promise<void> => {
    isMissed = true;
    current ??= fetchAll().finally(() => {
      current = undefined;
    });
    return current;
  };
  const catchUp = async () => {
    await current?.catch(() => {});
    await fetch();
  };
  // What fails is fetched when the store can be reached again: that is heard too.
  const listening = store.onAppend(() => void fetch().catch(() => {}));
  void fetch().catch(() => {});
  return {
    catchUp,
    async close(): Promise<void> {
      isClosed = true;
      listening[Symbol.dispose]();
      await current?.catch(() => {});
    },
  };
}

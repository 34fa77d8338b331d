import { existsSync } from 'node:fs';
import { refuseDamaged } from '../backends/embedded/damaged-state.ts';
import { lockDataDirectory, tryMaking } from '../backends/embedded/data-directory.ts';
import { openLmdbStore, openMemoryStore, type Store, stateFileIn } from '../backends/embedded/store.ts';
import type { Settings } from '../config/options.ts';
import { type Activity, createActivity } from '../core/activity.ts';
import { type Clock, realClock, scaledClock } from '../core/clock.ts';
import { type Credentials, createCredentials } from '../core/credentials.ts';
import { HeadwaterError } from '../core/errors.ts';
import type { Journal, JournalEntry } from '../core/journal.ts';
import { type Random, systemRandom } from '../core/random.ts';
import { createVirtualClock, type VirtualClock } from '../core/virtual-clock.ts';
import { createJournal, type RunningJournal } from '../journal/journal.ts';
import { type Backends, isAllReal, openBackends } from './backends.ts';
import type { Closing } from './closing.ts';

/** What everything stands on. */
export interface Ground {
  readonly backends: Backends;
  /** Absent when nothing is kept on this machine. */
  readonly dataDir: string | undefined;
  readonly store: Store;
  readonly activity: Activity;
  readonly clock: Clock;
  readonly virtualClock: VirtualClock | undefined;
  readonly journal: RunningJournal;
  readonly random: Random;
  readonly credentials: Credentials;
  /** Tells people. */
  readonly warn: (line: string) => void;
  /** Takes what backends have to say, for people and the journal. */
  readonly told: (what: string, isFault: boolean) => void;
}

/** Opens the backends, the state, time and the journal. */
export async function openGround(
  settings: Settings,
  warn: (line: string) => void,
  closing: Closing[],
): Promise<Ground> {
  const random = systemRandom;
  const news = createNews(warn);
  const activity = createActivity(news.failed);
  const backends = await openBackends(settings.backends, news.told, closing);
  // Nothing is kept on this machine when everything is elsewhere.
  const dataDir = isAllReal(backends) ? undefined : settings.dataDir;
  const store = await openStore(dataDir, settings.fsync, closing);
  const choice = settings.clock;
  const instants = choice === 'virtual' ? await openClockStore(backends, store) : undefined;
  const virtualClock = instants && (await openVirtualClock(instants, activity));
  const clock = virtualClock ?? (choice === 'real' ? realClock : scaledClock(Number(choice.replace('scaled:', ''))));
  const journal = await openJournal(clock, backends, closing);
  news.keepIn(journal);
  return {
    ...{ backends, dataDir, store, activity, clock, virtualClock, random, journal, warn, told: news.told },
    credentials: createCredentials(settings.credentials, random),
  };
}

/** What backends have to say, and what failed: to people at once, and to the journal, which is there only once they are. */
function createNews(warn: (line: string) => void) {
  let journal: Journal | undefined;
  const before: JournalEntry[] = [];
  const keep = (entry: JournalEntry) => {
    if (journal) journal.append(entry);
    else before.push(entry);
  };
  return {
    told(what: string, isFault: boolean) {
      warn(what);
      keep({ kind: isFault ? 'fault' : 'decision', what });
    },
    /** Work that nobody awaits is known to bear whatever may happen: what it fails with is a defect. */
    failed(what: string, error: unknown) {
      warn(`Unexpected: ${what} failed: ${(error instanceof Error && error.stack) || String(error)}`);
      keep({ kind: 'fault', what: `Unexpected: ${what} failed: ${String(error)}` });
    },
    keepIn(opened: Journal) {
      journal = opened;
      for (const entry of before.splice(0)) opened.append(entry);
    },
  };
}

async function openStore(dataDir: string | undefined, fsync: boolean, closing: Closing[]): Promise<Store> {
  if (dataDir !== undefined) {
    const lock = takeDataDirectory(dataDir);
    closing.push(async () => lock[Symbol.dispose]());
  }
  const store = dataDir === undefined ? openMemoryStore() : await openLmdbStore({ dataDir, fsync });
  closing.push(async () => await store[Symbol.asyncDispose]());
  return store;
}

/** Where a virtual clock got to. */
interface ClockStore {
  load(): Promise<number | undefined>;
  save(nowMs: number): Promise<void>;
}

async function openClockStore({ redis }: Backends, store: Store): Promise<ClockStore> {
  if (redis) return (await import('../backends/redis/clock-store.ts')).redisClockStore({ link: redis });
  const instants = store.table<number>('virtual-clock');
  const [kept] = instants.load();
  return { load: async () => kept?.[1], save: (nowMs) => instants.put('now', nowMs) };
}

/**
 * A virtual clock that goes on where the last one of this state got to: time never goes back under what is stored, not even
 * when the process ended amid an advance. Each instant is written before what happens in it.
 */
async function openVirtualClock(instants: ClockStore, activity: Activity): Promise<VirtualClock> {
  const startMs = Math.max(realClock.nowMs(), (await instants.load()) ?? 0);
  const clock = createVirtualClock(startMs, activity, (nowMs) => {
    void instants.save(nowMs).catch(() => {});
  });
  return {
    ...clock,
    async advance(byMs, options) {
      const advanced = await clock.advance(byMs, options);
      await instants.save(advanced.nowMs);
      return advanced;
    },
  };
}

async function openJournal(clock: Clock, { redis }: Backends, closing: Closing[]): Promise<RunningJournal> {
  if (!redis) return createJournal({ clock });
  const [{ createSharedJournal }, { openJournalStore }] = await Promise.all([
    import('../journal/shared-journal.ts'),
    import('../backends/redis/journal-store.ts'),
  ]);
  const store = await openJournalStore({ link: redis, random: systemRandom });
  closing.push(async () => await store[Symbol.asyncDispose]());
  const journal = createSharedJournal({ clock, store });
  closing.push(async () => await journal[Symbol.asyncDispose]());
  return journal;
}

/** Locks the folder for this process; says what to do where that cannot be. */
export const takeDataDirectory = (dataDir: string): Disposable => usable(dataDir, () => lockDataDirectory(dataDir));

/** Throws what a start with this folder would be refused with; leaves nothing behind. */
export function tryDataDirectory(dataDir: string): void {
  if (existsSync(dataDir)) {
    using _lock = takeDataDirectory(dataDir);
    refuseDamaged(stateFileIn(dataDir));
  } else usable(dataDir, () => tryMaking(dataDir));
}

function usable<Result>(dataDir: string, use: () => Result): Result {
  try {
    return use();
  } catch (cause) {
    if (cause instanceof HeadwaterError) throw cause;
    const reason = (cause as Error).message;
    const message = `The data directory ${dataDir} cannot be used (${reason}); choose another with --data-dir, or --ephemeral`;
    throw new HeadwaterError('DATA_DIRECTORY_UNUSABLE', message, { cause });
  }
}

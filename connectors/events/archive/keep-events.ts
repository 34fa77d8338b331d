import { HeadwaterError } from '../../../src/core/errors.ts';
import type { EventPattern } from '../../../src/core/event-pattern/event-pattern.ts';
import { type Journal, traceIdOf } from '../../../src/core/journal.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import { busKey } from '../bus/bus.ts';
import type { Archives, BusName } from '../bus-events.ts';
import type { BusEvent } from '../event/bus-event.ts';
import { readPattern } from '../rule/read-pattern.ts';
import { ARCHIVES, type Archive } from './archive.ts';
import type { ArchiveDirectory } from './archive-directory.ts';
import type { ArchivedEvents } from './archived-events.ts';

/** What keeps events, and holds the archives in memory for it. */
export interface KeepingArchives extends Archives, Disposable {}

interface Held {
  readonly archive: Archive;
  readonly pattern: EventPattern | undefined;
}

/**
 * Stores each event of a bus in the archives whose patterns match. There are few archives: when one changes, by whichever
 * process, all are read again before the next event.
 */
export function keepEvents(options: {
  readonly registry: Registry;
  readonly archives: ArchiveDirectory;
  readonly events: ArchivedEvents;
  readonly journal: Journal;
}): KeepingArchives {
  const { registry, archives, events, journal } = options;
  const inTurn = oneAtATime();
  let held: readonly Held[] | undefined;
  let changes = 0;
  const watching = registry.watch(ARCHIVES, () => {
    changes += 1;
    held = undefined;
  });
  const readAll = async () => {
    const before = changes;
    const all = (await archives.list()).map(heldOf);
    // Whatever changed meanwhile is read by whoever comes next.
    if (changes === before) held = all;
    return all;
  };
  const archivesOf = async (bus: BusName) => {
    const all = held ?? (await inTurn(async () => held ?? (await readAll())));
    return all.filter(({ archive }) => busKey(archive.bus) === busKey(bus));
  };
  const store = async (archive: Archive, wanted: readonly BusEvent[]) => {
    try {
      await events.add(archive, wanted);
    } catch (error) {
      // The archive was deleted meanwhile.
      if (error instanceof HeadwaterError && error.code === 'LOG_MISSING') return;
      throw error;
    }
    for (const { id, traceHeader } of wanted) {
      const what = `Kept in archive ${archive.name}`;
      const traceId = traceIdOf(traceHeader);
      journal.append({ kind: 'decision', what, eventIds: [id], arn: archive.arn, traceId });
    }
  };
  return {
    async keep(bus, arrivals) {
      await Promise.all(
        (await archivesOf(bus)).map(async ({ archive, pattern }) => {
          const wanted = arrivals.filter(({ json }) => pattern?.matches(json) ?? true).map(({ event }) => event);
          if (wanted.length > 0) await store(archive, wanted);
        }),
      );
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
}

const heldOf = (archive: Archive): Held => ({
  archive,
  pattern: archive.pattern === undefined ? undefined : readPattern(archive.pattern),
});

import { afterEach, beforeEach, type TestContext } from 'vitest';
import { openBlobStore } from '../../src/backends/embedded/blob-store.ts';
import { openLeases } from '../../src/backends/embedded/leases.ts';
import { openEventLog } from '../../src/backends/embedded/log/event-log.ts';
import { openLogStore } from '../../src/backends/embedded/log-store/log-store.ts';
import { openMessageQueue } from '../../src/backends/embedded/message-queue/message-queue.ts';
import { openPermits } from '../../src/backends/embedded/permits.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';
import { openTableStore } from '../../src/backends/embedded/table-store/table-store.ts';
import { openTaskQueue } from '../../src/backends/embedded/task-queue.ts';
import type { Ports } from '../../src/composition/ports.ts';
import { type Activity, createActivity } from '../../src/core/activity.ts';
import { seededRandom } from '../../src/core/random.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { createVirtualClock, type VirtualClock } from '../../src/core/virtual-clock.ts';
import type { PortName, RealGround } from './real-ground.ts';
import { onReal } from './real-namespace.ts';

/** What a service under test stands on: a virtual clock, and its ports on the backends of this run. */
export type TestGround<Name extends PortName> = Pick<Ports, Name> & {
  readonly activity: Activity;
  readonly clock: VirtualClock;
  /** Called when the test is over, before the ports close. */
  readonly atEnd: (close: () => Promise<unknown>) => void;
};

interface Choices {
  /** Where embedded ports keep what they hold; in memory when absent. */
  readonly store?: Store | undefined;
  readonly startMs?: number | undefined;
}

/**
 * Gives each test of the file that calls it a fresh ground: embedded ports, or real ones in a namespace of their own, which
 * are opened before the test begins so that its services can start without waiting.
 *
 * @param names of the ports that the tests need
 */
export function groundForTests<Name extends PortName>(
  startMs: number,
  names: readonly Name[],
): (choices?: Choices) => TestGround<Name> {
  // Both have all that is named.
  const named = (ground: object) => ground as TestGround<Name>;
  if (!onReal) return ({ store, startMs: atMs = startMs } = {}) => named(embeddedGround(atMs, store));
  let test: TestContext | undefined;
  let opened: RealGround | undefined;
  beforeEach(async (context) => {
    test = context;
    // Loaded only here: on embedded ports a file does without the drivers.
    const { openRealGround } = await import('./real-ground.ts');
    opened = await openRealGround(startMs, names);
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  return ({ store, startMs: otherStartMs = startMs } = {}) => {
    if (store)
      test?.skip('starts again on what LMDB keeps; what starts again on real backends is in sharing-*.test.ts');
    if (otherStartMs !== startMs) test?.skip('starts at an instant of its own');
    if (!opened) throw new Error('a test has one ground; hand the first one on');
    return named(opened.ground);
  };
}

/** All of them: what is not used costs nothing. */
function embeddedGround(startMs: number, store: Store = openMemoryStore()) {
  const activity = createActivity();
  const clock = createVirtualClock(startMs, activity);
  return {
    ...{ activity, clock, atEnd: () => {} },
    registry: openRegistry(store),
    leases: openLeases(),
    permits: openPermits(),
    blobs: openBlobStore(),
    queues: openMessageQueue({ store, clock, activity, random: seededRandom(7), timing: promptTiming }),
    log: openEventLog({ store, clock }),
    tables: openTableStore({ store, clock }),
    tasks: openTaskQueue({ store, clock, activity }),
    logs: openLogStore({ store }),
  };
}

import type { Activity } from '../../../src/core/activity.ts';
import type { Arn } from '../../../src/core/arn.ts';
import { parseArn } from '../../../src/core/arn.ts';
import type { IndexedItem } from '../../../src/core/ports/table-store.ts';
import { untilDone } from '../../../src/core/waiting/until-done.ts';
import { EXPIRY, EXPIRY_PARTITION } from '../items/expiry-entry.ts';
import { keyOfItem } from '../items/item-key.ts';
import { commitItems } from '../items/write-items.ts';
import type { DynamodbService } from '../service.ts';
import { reindex } from '../table/reindex.ts';
import type { Table } from '../table/table.ts';
import { encodeKey } from '../values/key-encoding.ts';
import { expiresAtMs, forgottenBefore, isExpired } from './expiry.ts';
import type { ExpiryWatch } from './expiry-watch.ts';
import type { Sweeper } from './sweeper.ts';

/** Who deletes what expired, in the words of stream records. */
const IDENTITY = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
/** As many as one transaction could. */
const DELETIONS_A_COMMIT = 100;

type Parts = Omit<DynamodbService, 'sweeper'>;

interface Sweep {
  /** Place of the item that the timer is set for. */
  readonly sort: string;
  readonly timer: Disposable;
}

/** Sweeps the tables of a service, whose store is the watched one. */
export function createSweeper(service: Parts, watch: ExpiryWatch, activity: Activity): Sweeper {
  const { tables, clock, timing } = service;
  const sweeps = new Map<Arn, Sweep>();
  const running = new Map<Arn, Promise<void>>();
  const again = new Set<Arn>();
  const stopping = new AbortController();

  const first = async (table: Table): Promise<IndexedItem | undefined> => {
    const from = encodeKey(forgottenBefore(clock.nowMs()));
    const found = await tables.range(table.arn, EXPIRY, { partition: EXPIRY_PARTITION, from, limit: 1 });
    return found[0];
  };
  /** Sets the timer for the first item that will expire; deletes what already did before. */
  const look = async (arn: Arn): Promise<void> => {
    const table = await tableOf(service, arn);
    if (!table?.timeToLive?.enabled) return;
    while (!stopping.signal.aborted && (await deleteExpired(service, table)) > 0);
    const next = await first(table);
    const atMs = next && expiresAtMs(table, next.item);
    if (stopping.signal.aborted || !next || atMs === undefined) return;
    const sweep = () => {
      sweeps.delete(arn);
      run(arn);
    };
    sweeps.get(arn)?.timer[Symbol.dispose]();
    const timer = clock.setTimer(Math.max(0, atMs + timing.ttlLagMs - clock.nowMs()), sweep);
    sweeps.set(arn, { sort: next.sort, timer });
  };
  const persist = (work: () => Promise<void>, arn: Arn) =>
    untilDone(work, stopping.signal).catch((error: unknown) => tellFailure(service, arn, error));
  /** One look at a time for a table; what happens meanwhile is looked at next. */
  const run = (arn: Arn): void => {
    if (stopping.signal.aborted) return;
    if (running.has(arn)) {
      again.add(arn);
      return;
    }
    const looking = activity.during('expiring items', async () => {
      do {
        again.delete(arn);
        await persist(() => look(arn), arn);
      } while (again.has(arn));
      running.delete(arn);
    });
    running.set(arn, looking);
  };
  watch.onPlaced((arn, sort) => {
    const sweep = sweeps.get(arn);
    if (sweep === undefined || sort < sweep.sort) run(arn);
  });
  const start = (table: Table): void => {
    activity.start('placing items by their expiry', async () => {
      await persist(() => placeAll(service, table), table.arn);
      run(table.arn);
    });
  };
  const settle = async () => {
    await Promise.all(running.values());
    for (const { timer } of sweeps.values()) timer[Symbol.dispose]();
    sweeps.clear();
  };

  return {
    start,
    async resume() {
      for (const table of await service.directory.list()) {
        if (!table.timeToLive?.enabled) continue;
        if (table.timeToLive.pending) start(table);
        else run(table.arn);
      }
    },
    settle,
    close() {
      stopping.abort();
      return settle();
    },
  };
}

/** Puts the items that a table has into its expiry index, and says so in its definition, unless another process did. */
async function placeAll(service: Parts, { account, region, name }: Table): Promise<void> {
  await service.directory.change(async (turn) => {
    const table = await turn.find({ account, region }, name);
    if (!table?.timeToLive?.pending) return;
    await reindex(service, table);
    const { pending: _, ...timeToLive } = table.timeToLive;
    await turn.put({ ...table, timeToLive });
  });
}

/** Deletes some of the items that are expired, each unless it was changed meanwhile; returns how many it found. */
async function deleteExpired(service: Parts, table: Table): Promise<number> {
  const { tables, clock, timing } = service;
  const now = { nowMs: clock.nowMs(), lagMs: timing.ttlLagMs };
  const query = { partition: EXPIRY_PARTITION, from: encodeKey(forgottenBefore(now.nowMs)), limit: DELETIONS_A_COMMIT };
  const found = await tables.range(table.arn, EXPIRY, query);
  const expired = found.filter(({ item }) => isExpired(table, item, now));
  if (expired.length === 0) return 0;
  await commitItems(
    service,
    expired.map(({ item }) => ({
      table,
      key: keyOfItem(table, item),
      decide: (before) => (before && isExpired(table, before, now) ? undefined : before),
      tooLarge: '',
      userIdentity: IDENTITY,
    })),
  );
  return expired.length;
}

/** A table that is deleted meanwhile has nothing left that could expire. */
async function tellFailure(service: Parts, arn: Arn, error: unknown): Promise<void> {
  if (!(await tableOf(service, arn))) return;
  const reason = error instanceof Error ? error.message : String(error);
  service.journal.append({ kind: 'fault', what: `TTL could not delete expired items: ${reason}`, arn });
}

async function tableOf({ directory }: Parts, arn: Arn): Promise<Table | undefined> {
  const parts = parseArn(arn);
  return parts && (await directory.find(parts, arn));
}

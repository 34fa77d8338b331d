import { createHash } from 'node:crypto';
import { type Clock, MINUTE } from '../../../src/core/clock.ts';
import type { Leases } from '../../../src/core/ports/leases.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import type { TaskQueue, TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import { removeUnder } from '../../../src/core/registry/entries-under.ts';
import { inTurn } from '../../../src/core/waiting/in-turn.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import type { Deliver } from './delivering.ts';
import { drainLane, type QueuedPublication } from './drain-lane.ts';
import type { FifoLanes, Lane, LanePublication, Placed } from './fifo-lane.ts';

/** Queue of the tasks that drain lanes. */
export const LANES = 'sns-fifo-lanes';
/** Keys of all lanes begin with it. */
export const LANE_KEYS = 'sns/fifo/';
/** https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html */
const DEDUPLICATION_MS = 5 * MINUTE;
/** Expired ids that a publication forgets: more than it adds, so that none are left for long, and few, for it waits. */
const FORGOTTEN_AT_A_TIME = 10;
/** AWS's numbers have twenty digits and gaps. */
const FIRST_NUMBER = 10_000_000_000_000_000_000n;
const NUMBER_STEP = 1000n;

interface Known {
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly expiresAtMs: number;
}

/** Lanes over the registry, with a task queue to wake them. */
export function createFifoLanes(parts: {
  readonly registry: Registry;
  readonly tasks: TaskQueue;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly deliver: Deliver;
}): FifoLanes {
  const { registry, tasks, clock } = parts;
  const perTopic = new Map<string, ReturnType<typeof oneAtATime>>();
  const takeTurn = inTurn(parts.leases);
  const draining = new Map<string, Promise<TaskVerdict>>();
  const expiring: { readonly key: string; readonly expiresAtMs: number }[] = [];

  const nextNumber = async (lane: Lane): Promise<string> => {
    const key = `${laneKey(lane)}/number`;
    for (;;) {
      const entry = await registry.get<string>(key);
      const next = String(entry ? BigInt(entry.value) + NUMBER_STEP : FIRST_NUMBER);
      try {
        await registry.put(key, next, entry?.version ?? 0);
        return next;
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
      }
    }
  };
  const wake = (lane: Lane, id: string, dueAtMs = clock.nowMs()) => tasks.add(LANES, { id, data: lane, dueAtMs });

  /** Stored before it is known as taken: who finds that it is taken can rely on it. */
  const place = async (lane: Lane, { publication, deduplicationScope, to }: LanePublication): Promise<Placed> => {
    const known = `${laneKey(lane)}/known/${hashOf(deduplicationScope, publication.deduplicationId)}`;
    const before = await registry.get<Known>(known);
    if (before && before.value.expiresAtMs > clock.nowMs()) {
      const { messageId, sequenceNumber } = before.value;
      // Whoever placed it may have been killed before it could wake the lane.
      await wake(lane, messageId);
      return { messageId, sequenceNumber, duplicate: true };
    }
    const sequenceNumber = await nextNumber(lane);
    const { messageId } = publication;
    const queuedAt = `${laneKey(lane)}/queued/${sequenceNumber}`;
    const queued: QueuedPublication = {
      publication: { ...publication, sequenceNumber },
      owed: to.map((id) => ({ to: id })),
    };
    if (to.length > 0) await registry.put(queuedAt, queued);
    const expiresAtMs = clock.nowMs() + DEDUPLICATION_MS;
    try {
      await registry.put(known, { messageId, sequenceNumber, expiresAtMs }, before?.version ?? 0);
    } catch (error) {
      if (!isVersionConflict(error)) throw error;
      await registry.remove(queuedAt);
      return await place(lane, { publication, deduplicationScope, to });
    }
    expiring.push({ key: known, expiresAtMs });
    if (to.length > 0) await wake(lane, messageId);
    return { messageId, sequenceNumber, duplicate: false };
  };
  const forgetExpired = async () => {
    const isExpired = () => (expiring[0]?.expiresAtMs ?? Number.POSITIVE_INFINITY) <= clock.nowMs();
    for (let left = FORGOTTEN_AT_A_TIME; left > 0 && isExpired(); left--) {
      const { key = '' } = expiring.shift() ?? {};
      const entry = await registry.get<Known>(key);
      if (entry && entry.value.expiresAtMs <= clock.nowMs())
        await registry.remove(key, entry.version).catch(unlessChanged);
    }
  };
  const drain = async (lane: Lane, signal: AbortSignal): Promise<TaskVerdict> => {
    const { deliver } = parts;
    const prefix = `${laneKey(lane)}/queued/`;
    let dueAtMs = await drainLane({ registry, clock, deliver }, lane, prefix, signal);
    // The first retries follow at once.
    while (dueAtMs !== undefined && dueAtMs <= clock.nowMs() && !signal.aborted) {
      dueAtMs = await drainLane({ registry, clock, deliver }, lane, prefix, signal);
    }
    if (dueAtMs !== undefined) await wake(lane, `${laneKey(lane)}@${dueAtMs}`, dueAtMs);
    return { kind: 'done' };
  };

  return {
    async place(lane, publication) {
      const key = laneKey(lane);
      const line = perTopic.get(key) ?? oneAtATime();
      perTopic.set(key, line);
      const placed = await line(() => place(lane, publication));
      await forgetExpired();
      return placed;
    },
    drain(lane, signal) {
      // Tasks that come while one waits for its turn are done with it.
      const key = laneKey(lane);
      const waiting = draining.get(key);
      if (waiting) return waiting;
      const begun = takeTurn(key, () => {
        draining.delete(key);
        return drain(lane, signal);
      }).finally(() => {
        if (draining.get(key) === begun) draining.delete(key);
      });
      draining.set(key, begun);
      return begun;
    },
    async forget(lane) {
      perTopic.delete(laneKey(lane));
      await removeUnder(registry, `${laneKey(lane)}/`);
    },
    async restore() {
      const entries = await registry.list<Known>(LANE_KEYS);
      for (const { key, value } of entries) {
        if (key.includes('/known/')) expiring.push({ key, expiresAtMs: value.expiresAtMs });
        const queued = QUEUED.exec(key)?.groups as
          | { account: string; region: string; name: string; id: string }
          | undefined;
        if (queued) await wake(queued, `${laneKey(queued)}@${clock.nowMs()}`);
      }
      expiring.sort((a, b) => a.expiresAtMs - b.expiresAtMs);
    },
  };
}

const laneKey = ({ account, region, name, id }: Lane) => `${LANE_KEYS}${account}/${region}/${name}/${id}`;
/** Ids may hold what separates keys, and are long. */
const hashOf = (...ids: readonly unknown[]) => createHash('sha256').update(JSON.stringify(ids)).digest('hex');
const QUEUED = /^sns\/fifo\/(?<account>[^/]+)\/(?<region>[^/]+)\/(?<name>[^/]+)\/(?<id>[^/]+)\/queued\//;

function unlessChanged(error: unknown): void {
  if (!isVersionConflict(error)) throw error;
}

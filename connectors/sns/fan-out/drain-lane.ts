import type { Clock } from '../../../src/core/clock.ts';
import { orWaitWhileAway } from '../../../src/core/delivery/when-away.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { Publication } from '../publish/publication.ts';
import type { Deliver, PendingNotification } from './delivering.ts';
import type { Lane } from './fifo-lane.ts';

/** A publication on its lane, and those to whom it is still owed. */
export interface QueuedPublication {
  readonly publication: Publication;
  readonly owed: readonly Owed[];
}

interface Owed {
  /** Id of the subscription. */
  readonly to: string;
  /** Present once it was tried. */
  readonly pending?: PendingNotification;
  readonly dueAtMs?: number;
}

interface Drain {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly deliver: Deliver;
}

/**
 * Delivers what waits under the prefix: groups side by side, a group's messages one after another. A message that a
 * subscriber does not take for now holds up the later ones of its group for that subscriber, and for no other. Returns when
 * to go on; `undefined` when nothing is left.
 */
export async function drainLane(
  parts: Drain,
  lane: Lane,
  prefix: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const entries = await parts.registry.list<QueuedPublication>(prefix);
  const groups = byGroup(entries);
  const dues = await Promise.all(
    [...groups.values()].map(async (group) => {
      const heldUntil = new Map<string, number>();
      for (const { key, value } of group) {
        if (signal.aborted) return parts.clock.nowMs();
        await deliverOne(parts, lane, { key, value }, heldUntil, signal);
      }
      return Math.min(...heldUntil.values());
    }),
  );
  const next = Math.min(...dues);
  return Number.isFinite(next) ? next : undefined;
}

interface Entry {
  readonly key: string;
  readonly value: QueuedPublication;
}

function byGroup(entries: readonly Entry[]): ReadonlyMap<string | undefined, readonly Entry[]> {
  const groups = new Map<string | undefined, Entry[]>();
  for (const entry of entries) {
    const { groupId } = entry.value.publication;
    const group = groups.get(groupId);
    if (group) group.push(entry);
    else groups.set(groupId, [entry]);
  }
  return groups;
}

async function deliverOne(
  { registry, clock, deliver }: Drain,
  { account, region, name }: Lane,
  { key, value }: Entry,
  heldUntil: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const { publication } = value;
  const steps = value.owed.map(async (owed): Promise<Owed | undefined> => {
    const { to, dueAtMs = 0 } = owed;
    const held = heldUntil.has(to);
    if (held || dueAtMs > clock.nowMs()) {
      if (!held) heldUntil.set(to, dueAtMs);
      return owed;
    }
    const what = { kind: 'notification', publication, to: { account, region, topic: name, id: to } } as const;
    const pending = owed.pending ?? { what, acceptedAtMs: publication.atMs, attempts: 0 };
    const step = await orWaitWhileAway(clock, pending, () => deliver(pending, signal));
    if (step.kind === 'done') return undefined;
    heldUntil.set(to, step.dueAtMs);
    return { to, pending: step.data as PendingNotification, dueAtMs: step.dueAtMs };
  });
  const left = (await Promise.all(steps)).filter((owed) => owed !== undefined);
  if (left.length === 0) await registry.remove(key);
  else if (left.some((owed, index) => owed !== value.owed[index])) {
    await registry.put(key, { publication, owed: left });
  }
}

import type { Lease, Leases } from '../../src/core/ports/leases.ts';

/** One place that grants leases to several processes of a test; each has its own view of it. */
export function createSharedLeases({ ttlMs = 0 }: { readonly ttlMs?: number } = {}) {
  const tokens = new Map<string, number>();
  const held = new Map<string, HeldLease>();
  const lines = new Map<string, Set<Waiting>>();
  const members = new Set<object>();

  const grant = (name: string) => {
    const [next] = lines.get(name) ?? [];
    if (!next || held.has(name)) return;
    lines.get(name)?.delete(next);
    const token = (tokens.get(name) ?? 0) + 1;
    tokens.set(name, token);
    const lost = new AbortController();
    const lease: HeldLease = { member: next.member, lost };
    held.set(name, lease);
    next.granted({
      token,
      lost: lost.signal,
      get isWanted() {
        return [...(lines.get(name) ?? [])].some(({ member }) => member !== next.member);
      },
      async [Symbol.asyncDispose]() {
        if (held.get(name) !== lease) return;
        held.delete(name);
        grant(name);
      },
    });
  };

  /** A process that takes part; `die` is what a SIGKILL does to it, once its leases have run out. */
  const join = (): Leases & { die(): void; readonly holds: () => readonly string[] } => {
    const member = {};
    members.add(member);
    let dead = false;
    return {
      driver: 'shared',
      ttlMs,
      members: async () => members.size,
      hold: (name, signal) =>
        new Promise((resolve) => {
          if (signal.aborted || dead) return resolve(undefined);
          const waiting: Waiting = { member, granted: resolve };
          const line = lines.get(name) ?? new Set();
          lines.set(name, line.add(waiting));
          signal.addEventListener('abort', () => line.delete(waiting) && resolve(undefined), { once: true });
          grant(name);
        }),
      holds: () => [...held].filter(([, lease]) => lease.member === member).map(([name]) => name),
      die() {
        dead = true;
        members.delete(member);
        for (const line of lines.values()) {
          for (const waiting of line) if (waiting.member === member) line.delete(waiting);
        }
        for (const [name, lease] of held) {
          if (lease.member !== member) continue;
          held.delete(name);
          grant(name);
        }
      },
      async [Symbol.asyncDispose]() {},
    };
  };
  return { join };
}

interface Waiting {
  readonly member: object;
  readonly granted: (lease: Lease) => void;
}

interface HeldLease {
  readonly member: object;
  readonly lost: AbortController;
}

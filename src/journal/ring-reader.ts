import type { JournalReader, RecordedEntry } from '../core/journal.ts';
import type { Ring } from './ring.ts';
import { createTrail } from './trail.ts';

/** Reads a ring; whoever adds to it calls `added`. */
export function createRingReader(
  ring: Ring,
): Omit<JournalReader, 'caughtUp' | 'nextOffset'> & { readonly added: () => void } {
  const waking = new Set<() => void>();
  let wakeSet = false;
  const wake = () => {
    wakeSet = false;
    for (const listener of [...waking]) listener();
  };
  const trail = (id: string) => createTrail(id, () => ring.from(0));
  return {
    added() {
      if (waking.size === 0 || wakeSet) return;
      wakeSet = true;
      setImmediate(wake);
    },
    read({ after = -1, limit = Number.POSITIVE_INFINITY, event } = {}) {
      const belongs = event === undefined ? () => true : trail(event);
      const found: RecordedEntry[] = [];
      for (const entry of ring.from(after + 1)) {
        if (found.length >= limit) break;
        if (belongs(entry)) found.push(entry);
      }
      return found;
    },
    trail,
    subscribe(listener) {
      waking.add(listener);
      return { [Symbol.dispose]: () => waking.delete(listener) };
    },
  };
}

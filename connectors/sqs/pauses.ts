import type { Clock } from '../../src/core/clock.ts';
import { isVersionConflict, type Registry } from '../../src/core/ports/registry.ts';
import { removeUnder } from '../../src/core/registry/entries-under.ts';
import type { Timing } from '../../src/core/timing.ts';

/** What a queue's name is barred from for a while, in whichever process it is asked for. */
export interface Pauses {
  isBarred(what: Barred, arn: string): Promise<boolean>;
  /** Bars it from now on; false when it is barred already. */
  begin(what: Barred, arn: string): Promise<boolean>;
  end(what: Barred, arn: string): Promise<void>;
  clear(): Promise<void>;
}

/** Being created again after a deletion, or purged again. */
type Barred = 'recreate' | 'purge';

const PAUSES = 'sqs-pauses/';

/** Keeps in the registry when each began. */
export function createPauses(options: {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly timing: Timing;
}): Pauses {
  const { registry, clock, timing } = options;
  const lengths: Readonly<Record<Barred, number>> = {
    recreate: timing.sqsRecreatePauseMs,
    purge: timing.sqsPurgePauseMs,
  };
  const prefixOf = (what: Barred) => `${PAUSES}${what}/`;
  const lasts = (what: Barred, sinceMs: number) => {
    const passedMs = clock.nowMs() - sinceMs;
    return passedMs >= 0 && passedMs < lengths[what];
  };
  const tidy = async (what: Barred) => {
    for (const { key, value } of await registry.list<number>(prefixOf(what))) {
      if (!lasts(what, value)) await registry.remove(key);
    }
  };
  return {
    async isBarred(what, arn) {
      const since = await registry.get<number>(prefixOf(what) + arn);
      return since !== undefined && lasts(what, since.value);
    },
    async begin(what, arn) {
      await tidy(what);
      const key = prefixOf(what) + arn;
      const since = await registry.get<number>(key);
      if (since && lasts(what, since.value)) return false;
      try {
        await registry.put(key, clock.nowMs(), since?.version ?? 0);
        return true;
      } catch (error) {
        if (!isVersionConflict(error)) throw error;
        return false;
      }
    },
    end: (what, arn) => registry.remove(prefixOf(what) + arn),
    clear: () => removeUnder(registry, PAUSES),
  };
}

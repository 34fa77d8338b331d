import { type Clock, sleep } from '../../core/clock.ts';
import { HeadwaterError } from '../../core/errors.ts';
import type { Applying } from './applying.ts';

const PAUSE_MS = 100;

/**
 * Asks again on the clock: the waits of `--timing aws` run there. A virtual clock stands still while a declaration is
 * applied, so there the waits have to be none.
 */
export const createUntilReady =
  (clock: Clock, isVirtual: boolean): Applying['untilReady'] =>
  async (ask) => {
    for (;;) {
      const ready = await ask();
      if (ready !== undefined) return ready;
      if (isVirtual) throw new HeadwaterError('CONFIG_NOT_READY', NEEDS_TIME);
      await sleep(clock, PAUSE_MS);
    }
  };

const NEEDS_TIME =
  'What the config declares needs time that a virtual clock does not give while it is applied; set timings.streamStateDelayMs and timings.tableStateDelayMs to 0';

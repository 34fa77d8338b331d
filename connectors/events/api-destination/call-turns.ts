import { type Clock, SECOND } from '../../../src/core/clock.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import type { ApiDestination } from './api-destination.ts';

/** Gives one more call of an API destination its turn, over all processes: the beginning of a second. */
export type CallTurns = (destination: ApiDestination) => Promise<number>;

/** The last second that has turns, and how many. */
interface GivenTurns {
  readonly second: number;
  readonly calls: number;
}

/** Keys of all turns begin with it. */
export const CALL_TURNS = 'events/call-turns/';

/**
 * As many turns a second as the destination allows, each given once: whoever has one comes back for it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html (invocation rate limit)
 */
export function createCallTurns(registry: Registry, clock: Clock): CallTurns {
  const inTurn = oneAtATime();
  return ({ account, region, name, rateLimit }) =>
    inTurn(async () => {
      const key = `${CALL_TURNS}${account}/${region}/${name}`;
      const given = await changeEntry<GivenTurns, GivenTurns>(registry, key, (last) => {
        const present = Math.floor(clock.nowMs() / SECOND);
        const { second, calls } = last && last.second >= present ? last : { second: present, calls: 0 };
        return calls < rateLimit ? { second, calls: calls + 1 } : { second: second + 1, calls: 1 };
      });
      return given.second * SECOND;
    });
}

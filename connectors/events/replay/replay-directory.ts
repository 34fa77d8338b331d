import type { Scope } from '../../../src/core/arn.ts';
import { type Clock, DAY } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../src/core/registry/entries-under.ts';
import type { Named } from '../archive/archive.ts';
import { limitExceeded, notFound } from '../errors.ts';
import { isActive, REPLAYS, type Replay, replayKey } from './replay.ts';

/** All replays, in the registry. */
export interface ReplayDirectory {
  find(name: Named): Promise<Replay | undefined>;
  /** Refuses when there is none. */
  get(name: Named): Promise<Replay>;
  /** The replays of one account and region by name; all there are without one. */
  list(scope?: Scope): Promise<readonly Replay[]>;
  /** Refuses when there is one of that name, or too many are active. */
  create(replay: Replay): Promise<void>;
  /** Stores what `change` makes of the replay; refuses when it is not there. */
  change(name: Named, change: (current: Replay) => Replay): Promise<Replay>;
  clear(): Promise<void>;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html: active replays of an account in a region. */
const MAX_ACTIVE = 10;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html: how long ended ones are shown. */
const SHOWN_MS = 90 * DAY;

/** The directory over a registry. */
export function createReplayDirectory(registry: Registry, clock: Clock): ReplayDirectory {
  const find = async (name: Named) => (await registry.get<Replay>(replayKey(name)))?.value;
  const list = async (scope?: Scope) => {
    const prefix = scope ? `${REPLAYS}${scope.account}/${scope.region}/` : REPLAYS;
    return await valuesUnder<Replay>(registry, prefix);
  };
  const forgetOld = async (replays: readonly Replay[]) => {
    for (const replay of replays) {
      if ((replay.endedAtMs ?? clock.nowMs()) < clock.nowMs() - SHOWN_MS) await registry.remove(replayKey(replay));
    }
  };
  return {
    find,
    list,
    async get(name) {
      const replay = await find(name);
      if (!replay) throw notFound(`Replay ${name.name} does not exist.`);
      return replay;
    },
    async create(replay) {
      const all = await list(replay);
      await forgetOld(all);
      await changeEntry<Replay>(registry, replayKey(replay), (current) => {
        if (current) {
          throw new ServiceError('ResourceAlreadyExistsException', `Replay ${replay.name} already exists.`);
        }
        if (all.filter(isActive).length >= MAX_ACTIVE) throw limitExceeded();
        return replay;
      });
    },
    change: (name, change) =>
      changeEntry(registry, replayKey(name), (current: Replay | undefined) => {
        if (!current) throw notFound(`Replay ${name.name} does not exist.`);
        return change(current);
      }),
    clear: () => removeUnder(registry, REPLAYS),
  };
}

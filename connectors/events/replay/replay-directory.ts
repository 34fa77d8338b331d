import type { Scope } from '../../../src/core/arn.ts';
import { type Clock, DAY } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../src/core/registry/entries-under.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
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

/** Which replay of an account and region was created last: whoever changes it unseen by others has counted well. */
const LAST_CREATED = 'events/last-replays/';
const lastCreatedKey = ({ account, region }: Scope) => `${LAST_CREATED}${account}/${region}`;

/** The directory over a registry. */
export function createReplayDirectory(registry: Registry, clock: Clock): ReplayDirectory {
  const inTurn = oneAtATime();
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
  /** Whether it is created: not when another one was since those that are active were counted. */
  const createUnlessAnother = async (replay: Replay): Promise<boolean> => {
    const last = await registry.get(lastCreatedKey(replay));
    const all = await list(replay);
    await forgetOld(all);
    await changeEntry<Replay>(registry, replayKey(replay), (current) => {
      if (current) throw new ServiceError('ResourceAlreadyExistsException', `Replay ${replay.name} already exists.`);
      if (all.filter(isActive).length >= MAX_ACTIVE) throw limitExceeded();
      return replay;
    });
    try {
      await registry.put(lastCreatedKey(replay), replay.name, last?.version ?? 0);
      return true;
    } catch (error) {
      await registry.remove(replayKey(replay));
      if (!isVersionConflict(error)) throw error;
      return false;
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
    create: (replay) =>
      inTurn(async () => {
        while (!(await createUnlessAnother(replay))) {
          // Another process created one at the same time: the count was of the time before.
        }
      }),
    change: (name, change) =>
      changeEntry(registry, replayKey(name), (current: Replay | undefined) => {
        if (!current) throw notFound(`Replay ${name.name} does not exist.`);
        return change(current);
      }),
    async clear() {
      await removeUnder(registry, REPLAYS);
      await removeUnder(registry, LAST_CREATED);
    },
  };
}

import type { Permit, Permits, Pool } from '../../../core/ports/permits.ts';
import type { Random } from '../../../core/random.ts';
import type { RedisLink } from '../link.ts';
import { script } from '../script.ts';
import { IS_ALIVE, memberKeys } from './member-scripts.ts';
import type { Member, Members } from './members.ts';

/**
 * Takes a place in each pool, or none: answers 0 and how many are taken in each pool, the number of the first pool that is
 * full, or -1 to who is dead.
 */
const ENTER = script(`
  local members, permits, mine = unpack(KEYS)
  local id, permit, pools = unpack(ARGV)
  ${IS_ALIVE}
  if not isAlive(id) then return {-1} end
  if redis.call('HEXISTS', mine, permit) == 1 then return {0} end
  local names = cjson.decode(pools)
  for i, name in ipairs(names) do
    if tonumber(redis.call('HGET', permits, name) or '0') >= tonumber(ARGV[3 + i]) then return {i} end
  end
  local answer = {0}
  for i, name in ipairs(names) do answer[1 + i] = redis.call('HINCRBY', permits, name, 1) end
  redis.call('HSET', mine, permit, pools)
  return answer
`);

const LEAVE = script(`
  local permits, mine = unpack(KEYS)
  local pools = redis.call('HGET', mine, ARGV[1])
  if not pools then return 0 end
  redis.call('HDEL', mine, ARGV[1])
  for _, name in ipairs(cjson.decode(pools)) do
    if redis.call('HINCRBY', permits, name, -1) <= 0 then redis.call('HDEL', permits, name) end
  end
  return 1
`);

/** Whatever the limits say: what goes on goes on. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * Permits over all processes of a namespace. Each is a member's, so those of a killed process are free when it counts as
 * dead; a process that was taken for dead and is not takes its own again, also where that is more than the limit.
 */
export function openPermits(parts: {
  readonly link: RedisLink;
  readonly members: Pick<Members, 'current' | 'on'>;
  readonly random: Random;
}): Permits {
  const { link, members, random } = parts;
  const names = memberKeys(link);
  const held = new Map<string, Held>();
  const owed = new Set<Debt>();

  const enter = async ({ id }: Member, permit: string, pools: readonly Pool[]) => {
    const args = [id, permit, JSON.stringify(pools.map(({ name }) => name)), ...pools.map(({ limit }) => limit)];
    return await link.run<[answer: number, ...taken: number[]]>(
      ENTER,
      [names.members, names.permits, names.permitsOf(id)],
      args,
    );
  };
  const leave = (debt: Debt) => {
    const keys = [names.permits, names.permitsOf(debt.memberId)];
    // What cannot be given back now is given back once Redis has answered a sign of life.
    void link.run(LEAVE, keys, [debt.permit]).catch(() => owed.add(debt));
  };
  const restore = async () => {
    const member = await members.current();
    for (const [permit, holding] of held) {
      if (holding.memberId === member.id) continue;
      const before = holding.memberId;
      holding.memberId = member.id;
      enter(member, permit, holding.pools.map(unlimited)).catch(() => {
        // It may have been done, and is given back as what it was before, or done again.
        owed.add({ permit, memberId: member.id });
        holding.memberId = before;
      });
    }
  };
  const listening = [
    members.on('joined', () => void restore().catch(() => {})),
    members.on('beat', () => {
      const again = [...owed];
      owed.clear();
      for (const debt of again) leave(debt);
      void restore().catch(() => {});
    }),
  ];
  const grant = (permit: string, holding: Held, taken: readonly number[]): Permit => {
    held.set(permit, holding);
    return {
      kind: 'entered',
      taken,
      [Symbol.dispose]: () => {
        if (held.delete(permit)) leave({ permit, memberId: holding.memberId });
      },
    };
  };

  return {
    driver: 'redis',
    async enter(pools) {
      const permit = random.uuid();
      for (;;) {
        const member = await members.current();
        const [answer, ...taken] = await enter(member, permit, pools).catch((error) => {
          // It may have been done, and nobody would give it back.
          owed.add({ permit, memberId: member.id });
          throw error;
        });
        if (answer === 0) return grant(permit, { pools, memberId: member.id }, taken);
        if (answer > 0) return { kind: 'full', pool: pools[answer - 1]?.name ?? '' };
        member.expire();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const each of listening) each[Symbol.dispose]();
    },
  };
}

/** A permit that is held: in which pools, and as which member. */
interface Held {
  readonly pools: readonly Pool[];
  memberId: string;
}

/** A permit that is to be given back, as the member that may have it. */
interface Debt {
  readonly permit: string;
  readonly memberId: string;
}

const unlimited = ({ name }: Pool): Pool => ({ name, limit: NO_LIMIT });

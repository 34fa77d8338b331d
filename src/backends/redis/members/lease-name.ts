import type { Lease } from '../../../core/ports/leases.ts';
import type { RedisLink } from '../link.ts';
import { script } from '../script.ts';
import { IS_ALIVE, LEASES_CHANNEL, memberKeys } from './member-scripts.ts';
import type { Member, Members } from './members.ts';

/**
 * Takes the lease, or says that it is wanted. Answers its token and whether another waits for it; token 0 when another
 * holds it, -1 when the asker is no member any more. What the asker holds already by that name is the grant of an answer
 * that was lost: nobody here knows of it.
 */
const TAKE = script(`
  local members, leases, wanted, count, mine = unpack(KEYS)
  local name, id, channel = unpack(ARGV)
  ${IS_ALIVE}
  if not isAlive(id) then return { -1, 0 } end
  redis.call('SADD', mine, name)
  local holder = redis.call('HGET', leases, name)
  local holderId = holder and string.match(holder, '^%S+')
  local waiting = redis.call('HGET', wanted, name)
  if holderId and holderId ~= id and isAlive(holderId) then
    if waiting ~= id then
      redis.call('HSET', wanted, name, id)
      redis.call('PUBLISH', channel, 'wanted ' .. id .. ' ' .. name)
    end
    return { 0, 0 }
  end
  local token = redis.call('INCR', count)
  redis.call('HSET', leases, name, id .. ' ' .. token)
  if waiting == id then
    redis.call('HDEL', wanted, name)
    waiting = false
  end
  return { token, waiting and 1 or 0 }
`);

/** Gives a lease back, or, without a token, waits for it no longer. */
const LET_GO = script(`
  local leases, wanted, mine = unpack(KEYS)
  local name, id, token, channel = unpack(ARGV)
  local holder = redis.call('HGET', leases, name) or ''
  if token ~= '' and holder == id .. ' ' .. token then
    redis.call('HDEL', leases, name)
    redis.call('PUBLISH', channel, 'free ' .. id .. ' ' .. name)
    holder = ''
  end
  local waiting = redis.call('HGET', wanted, name)
  if token == '' and waiting == id then
    redis.call('HDEL', wanted, name)
    redis.call('PUBLISH', channel, 'unwanted ' .. id .. ' ' .. name)
    waiting = false
  end
  if string.match(holder, '^%S*') ~= id and waiting ~= id then redis.call('SREM', mine, name) end
  return 1
`);

/** What was to be let go of while Redis did not answer. */
interface Debt {
  readonly id: string;
  readonly token: number | '';
}

interface Waiter {
  readonly granted: (lease: Lease | undefined) => void;
}

/** One name, as this process sees it: those who wait for it here, and the lease while it is held here. */
export class LeaseName {
  readonly #name: string;
  readonly #link: RedisLink;
  readonly #members: Members;
  readonly #unused: () => void;
  readonly #waiting = new Set<Waiter>();
  readonly #debts = new Set<Debt>();
  #held: { readonly member: Member; readonly token: number; isWanted: boolean } | undefined;
  #isAsking = false;
  #askAgain = false;
  #hasFailed = false;
  /** As which member it has asked. */
  #memberId = '';
  /** Who waits may be heard before the answer that this process holds. */
  #heardWanted = false;

  constructor(
    name: string,
    parts: { readonly link: RedisLink; readonly members: Members; readonly unused: () => void },
  ) {
    this.#name = name;
    this.#link = parts.link;
    this.#members = parts.members;
    this.#unused = parts.unused;
  }

  hold(signal: AbortSignal): Promise<Lease | undefined> {
    return new Promise((resolve) => {
      const abort = () => {
        waiter.granted(undefined);
        if (this.#waiting.size === 0 && !this.#held) void this.#withdraw();
      };
      const waiter: Waiter = {
        granted: (lease) => {
          signal.removeEventListener('abort', abort);
          this.#waiting.delete(waiter);
          resolve(lease);
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiter);
      void this.#ask();
    });
  }

  /** What another process, or this one, has published of the name. */
  hear(what: string, by: string): void {
    if (what !== 'free' && by !== this.#memberId) {
      this.#heardWanted = what === 'wanted';
      if (this.#held) this.#held.isWanted = this.#heardWanted;
    }
    if (what !== 'wanted') void this.#ask();
  }

  /** Asks what may have been missed. */
  lookAgain(): void {
    void this.#ask();
    const held = this.#held;
    if (held) this.#askWhetherWanted(held).catch(() => {});
  }

  /** Does what has failed. */
  mend(): void {
    if (this.#hasFailed) void this.#ask();
    for (const debt of [...this.#debts]) {
      this.#debts.delete(debt);
      if (debt.token === '' && this.#waiting.size > 0) continue;
      void this.#letGo(debt);
    }
    this.#forgetWhenUnused();
  }

  async #ask(): Promise<void> {
    if (this.#held || this.#waiting.size === 0) return;
    this.#askAgain = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#hasFailed = false;
    try {
      while (this.#askAgain && !this.#held && this.#waiting.size > 0) {
        this.#askAgain = false;
        await this.#take();
      }
    } catch {
      // Redis is away; asked again once it has answered a sign of life.
      this.#hasFailed = true;
    } finally {
      this.#isAsking = false;
    }
    if (this.#waiting.size === 0 && !this.#held) await this.#withdraw();
  }

  async #take(): Promise<void> {
    const member = await this.#members.current();
    const { members, leases, wanted, token: count, leasesOf } = memberKeys(this.#link);
    const keys = [members, leases, wanted, count, leasesOf(member.id)];
    const args = [this.#name, member.id, this.#link.prefix + LEASES_CHANNEL];
    this.#memberId = member.id;
    this.#heardWanted = false;
    const [token, isWanted] = await this.#link.run<[number, number]>(TAKE, keys, args);
    if (token === 0) return;
    const [first] = this.#waiting;
    if (token < 0) {
      member.expire();
      this.#askAgain = true;
    } else if (first && !member.lost.aborted)
      first.granted(this.#grant(member, token, isWanted === 1 || this.#heardWanted));
    else await this.#letGo({ id: member.id, token });
  }

  #grant(member: Member, token: number, isWanted: boolean): Lease {
    const held = { member, token, isWanted };
    this.#held = held;
    const end = () => {
      member.lost.removeEventListener('abort', end);
      if (this.#held !== held) return;
      this.#held = undefined;
      void this.#ask();
    };
    member.lost.addEventListener('abort', end, { once: true });
    return {
      token,
      lost: member.lost,
      get isWanted() {
        return held.isWanted;
      },
      [Symbol.asyncDispose]: async () => {
        if (this.#held !== held) return;
        // First given back, so that this process does not take it again before those who waited for longer.
        await this.#letGo({ id: member.id, token });
        end();
        this.#forgetWhenUnused();
      },
    };
  }

  async #askWhetherWanted(held: { readonly member: Member; isWanted: boolean }): Promise<void> {
    const { wanted } = memberKeys(this.#link);
    const by = await this.#link.ask((client) => client.hget(wanted, this.#name));
    held.isWanted = by !== null && by !== held.member.id;
  }

  async #withdraw(): Promise<void> {
    if (this.#isAsking) return;
    const id = await this.#members.current().then(
      (member) => member.id,
      () => undefined,
    );
    if (id !== undefined && this.#waiting.size === 0 && !this.#held) await this.#letGo({ id, token: '' });
    this.#forgetWhenUnused();
  }

  async #letGo(debt: Debt): Promise<void> {
    const { leases, wanted, leasesOf } = memberKeys(this.#link);
    const args = [this.#name, debt.id, debt.token, this.#link.prefix + LEASES_CHANNEL];
    try {
      await this.#link.run(LET_GO, [leases, wanted, leasesOf(debt.id)], args);
    } catch {
      this.#debts.add(debt);
    }
  }

  #forgetWhenUnused(): void {
    if (!this.#held && !this.#isAsking && this.#waiting.size === 0 && this.#debts.size === 0) this.#unused();
  }
}

import { setMaxListeners } from 'node:events';
import { realClock, SECOND, sleep, startStopwatch } from '../../../core/clock.ts';
import type { Random } from '../../../core/random.ts';
import { createListeners } from '../../../core/waiting/listeners.ts';
import type { RedisLink } from '../link.ts';
import { BEAT, COUNT, DEATHS_CHANNEL, JOIN, LEAVE, memberKeys, SWEEP } from './member-scripts.ts';

/** How long a process that is not heard of counts as alive, in real time; leases and permits of it are free after that. */
export const MEMBER_TTL_MS = 6 * SECOND;
const BEAT_MS = MEMBER_TTL_MS / 4;
/** How long leaving may take. */
const LEAVE_MS = SECOND;

/** This process among those of its namespace that are alive. */
export interface Member {
  readonly id: string;
  /** Aborted when it may count as dead: what it held may be another's from now on. */
  readonly lost: AbortSignal;
  /** Redis has said that it knows of no such member. */
  expire(): void;
}

/** The processes of one namespace. What a process holds over all of them it holds as a member, while it is one. */
export interface Members extends AsyncDisposable {
  /** This process as a member. One that was taken for dead becomes another; rejects when Redis does not answer. */
  current(): Promise<Member>;
  /** How many are alive, this one included. */
  count(): Promise<number>;
  /**
   * Calls `happened` when this process became another member, after each sign of life that Redis has answered, or when
   * another was found dead and what it held was given back.
   */
  on(what: 'joined' | 'beat' | 'died', happened: () => void): Disposable;
}

/** Joins the processes of the namespace. */
export async function openMembers(parts: { readonly link: RedisLink; readonly random: Random }): Promise<Members> {
  const { link, random } = parts;
  const { members, all } = memberKeys(link);
  const listeners = createListeners<'joined' | 'beat' | 'died'>();
  let joining: Promise<Membership> | undefined;
  let present: Membership | undefined;
  let isClosed = false;

  const join = async () => {
    const id = random.uuid();
    const sinceLastSign = startStopwatch();
    await link.run(JOIN, [members], [id, MEMBER_TTL_MS]);
    return new Membership(id, sinceLastSign);
  };
  const current = async (): Promise<Membership> => {
    if (present?.isAlive) return present;
    present?.expire();
    joining ??= join().finally(() => {
      joining = undefined;
    });
    const joined = await joining;
    if (present !== joined) {
      const isAgain = present !== undefined;
      present = joined;
      if (isAgain) listeners.tell('joined');
    }
    return joined;
  };
  const sweep = async () => {
    while ((await link.run<number>(SWEEP, all, [link.prefix])) > 0);
  };
  const beat = async () => {
    const member = await current();
    const sinceSent = startStopwatch();
    const [isKnown, firstDeathMs] = await link.run<[number, number]>(BEAT, [members], [member.id, MEMBER_TTL_MS]);
    if (isKnown) member.extend(sinceSent);
    else member.expire();
    if (firstDeathMs <= 0) await sweep();
    else if (firstDeathMs < BEAT_MS) next(firstDeathMs);
    if (isKnown) listeners.tell('beat');
  };
  let timer: Disposable | undefined;
  const next = (inMs = BEAT_MS) => {
    timer?.[Symbol.dispose]();
    if (isClosed) return;
    timer = realClock.setTimer(inMs, () => {
      // Without an answer the member dies at its time; the next sign of life makes another of it.
      void beat().catch(() => {});
      next();
    });
  };
  const died = await link.subscribe(DEATHS_CHANNEL, () => listeners.tell('died'));
  await current();
  await sweep();
  next();
  const returned = link.onReturn(() => void beat().catch(() => {}));

  return {
    current,
    count: async () => await link.run<number>(COUNT, [members], []),
    on: (what, happened) => listeners.add(what, happened),
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      timer?.[Symbol.dispose]();
      returned[Symbol.dispose]();
      died[Symbol.dispose]();
      const id = present?.id;
      present?.expire();
      if (id === undefined) return;
      // Where Redis is away, or slow, this member dies by itself.
      const left = link
        .run(LEAVE, [members], [id])
        .then(sweep)
        .catch(() => {});
      await Promise.race([left, sleep(realClock, LEAVE_MS)]);
    },
  };
}

/** From joining until it may count as dead. It ends here before it ends in Redis: its time is counted from the asking. */
class Membership implements Member {
  readonly id: string;
  readonly #ending = new AbortController();
  #sinceLastSign: () => number;
  #deadline: Disposable;

  constructor(id: string, sinceLastSign: () => number) {
    this.id = id;
    // Each lease that is held listens; any number of them is no leak.
    setMaxListeners(0, this.#ending.signal);
    this.#sinceLastSign = sinceLastSign;
    this.#deadline = this.#arm();
  }

  get lost(): AbortSignal {
    return this.#ending.signal;
  }

  get isAlive(): boolean {
    // Asked also where the timer is late, e.g. after the process was stopped for a while.
    if (this.#sinceLastSign() >= MEMBER_TTL_MS) this.expire();
    return !this.#ending.signal.aborted;
  }

  extend(sinceLastSign: () => number): void {
    if (!this.isAlive) return;
    this.#deadline[Symbol.dispose]();
    this.#sinceLastSign = sinceLastSign;
    this.#deadline = this.#arm();
  }

  expire(): void {
    this.#deadline?.[Symbol.dispose]();
    this.#ending.abort();
  }

  #arm(): Disposable {
    return realClock.setTimer(Math.max(0, MEMBER_TTL_MS - this.#sinceLastSign()), () => this.expire());
  }
}

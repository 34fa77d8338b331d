import { hostname } from 'node:os';
import { realClock, SECOND, sleep } from '../../../core/clock.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { RedisLink } from '../link.ts';
import { script } from '../script.ts';
import { memberKeys } from './member-scripts.ts';
import type { Members } from './members.ts';

/** What a process says of itself to those that would share its work. */
export interface Announcement {
  /** The driver of each port, by the port's name. */
  readonly ports: Readonly<Record<string, string>>;
  /** `real`, `virtual` or `scaled:N`. */
  readonly clock: string;
}

/** What it takes to be present. */
export interface PresenceOptions extends Announcement {
  readonly link: RedisLink;
  readonly members: Members;
  /** What people call the namespace. */
  readonly namespace: string;
  /** Told when this process must not go on: it was cut off for so long that another, which cannot share, has begun. */
  readonly refused: (error: HeadwaterError) => void;
}

interface Stored extends Announcement {
  readonly host: string;
  readonly pid: number;
  readonly sinceMs: number;
}

interface Other extends Stored {
  readonly id: string;
  /** Until when it counts as alive: it is, when this grows. */
  readonly untilMs: number;
}

/** Says who a member is; answers `<id> <aliveUntilMs>` and what was said, by each that said it earlier. */
const ANNOUNCE = script(`
  local members, announced, count = unpack(KEYS)
  local id, said = ARGV[1], ARGV[2]
  local mine = redis.call('HGET', announced, id)
  if not mine then
    mine = redis.call('INCR', count) .. ' ' .. said
    redis.call('HSET', announced, id, mine)
  end
  local turn = tonumber(string.match(mine, '^%d+'))
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local found = {}
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', members, '(' .. now, '+inf')) do
    local theirs = redis.call('HGET', announced, other)
    if theirs and tonumber(string.match(theirs, '^%d+')) < turn then
      found[#found + 1] = other .. ' ' .. redis.call('ZSCORE', members, other)
      found[#found + 1] = string.match(theirs, '^%d+ (.*)$')
    end
  end
  return found
`);

/** How often somebody who was killed, perhaps, is looked at until it counts as dead. */
const LOOK_MS = SECOND;

/**
 * Announces this process to its namespace. Rejects with `SHARING_REFUSED` when there is one that it cannot share with:
 * because a port of either is embedded, where the other would not find what is in it, or because either has a clock of its
 * own. Of two that begin at once the first stays. One that was killed a moment ago is waited for until it counts as dead.
 */
export async function openPresence(options: PresenceOptions): Promise<AsyncDisposable> {
  const { link, members, ports, clock } = options;
  const said: Stored = { host: hostname(), pid: process.pid, sinceMs: realClock.nowMs(), ports, clock };
  const { members: membersKey, announced } = memberKeys(link);
  const announce = async (): Promise<readonly Other[]> => {
    const { id } = await members.current();
    const keys = [membersKey, announced, `${announced}:count`];
    const found = await link.run<readonly string[]>(ANNOUNCE, keys, [id, JSON.stringify(said)]);
    return Array.from({ length: found.length / 2 }, (_, index) => {
      const [other = '', untilMs] = found[2 * index]?.split(' ') ?? [];
      return { ...(JSON.parse(found[2 * index + 1] ?? '{}') as Stored), id: other, untilMs: Number(untilMs) };
    });
  };
  const check = async () => {
    const first = new Map<string, number>();
    for (;;) {
      const against = (await announce()).filter((other) => cannotShare(said, other));
      if (against.length === 0) return;
      const alive = against.find(({ id, untilMs }) => untilMs > (first.get(id) ?? untilMs));
      if (alive) throw new HeadwaterError('SHARING_REFUSED', reason(options, said, alive));
      for (const { id, untilMs } of against) first.set(id, untilMs);
      await sleep(realClock, LOOK_MS);
    }
  };
  await check();
  const again = members.on('joined', () => {
    check().catch((error: unknown) => {
      if (error instanceof HeadwaterError && error.code === 'SHARING_REFUSED') options.refused(error);
    });
  });
  return { [Symbol.asyncDispose]: async () => again[Symbol.dispose]() };
}

const isEmbedded = ([, driver]: readonly [string, string]) => driver === 'embedded';
const embeddedPorts = ({ ports }: Announcement) =>
  Object.entries(ports)
    .filter(isEmbedded)
    .map(([port]) => port);
const cannotShare = (mine: Announcement, theirs: Announcement) =>
  [mine, theirs].some((each) => each.clock !== 'real' || embeddedPorts(each).length > 0);

function reason({ link, namespace }: PresenceOptions, mine: Stored, theirs: Stored): string {
  const since = new Date(theirs.sinceMs).toISOString();
  const holder = `process ${theirs.pid} on ${theirs.host}, since ${since}`;
  const whys = [
    ...[
      { who: 'it', ports: embeddedPorts(theirs) },
      { who: 'this one', ports: embeddedPorts(mine) },
    ].flatMap(({ who, ports }) => (ports.length > 0 ? [`${who} would keep ${ports.join(', ')} embedded`] : [])),
    ...[
      { who: 'its', clock: theirs.clock },
      { who: "this one's", clock: mine.clock },
    ].flatMap(({ who, clock }) => (clock === 'real' ? [] : [`${who} clock is ${clock}`])),
  ];
  return (
    `The namespace "${namespace}" on ${link.name} is in use by ${holder}, and cannot be shared: ${whys.join('; ')}. ` +
    'Give all processes the real clock and the same --redis, --kafka and --minio, or this one a --namespace of its own'
  );
}

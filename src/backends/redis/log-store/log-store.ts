import { HeadwaterError } from '../../../core/errors.ts';
import type { LogEvent, LogPlace, LogQuery, LogStore, LogStream } from '../../../core/ports/log-store.ts';
import type { RedisLink } from '../link.ts';
import { APPEND, CREATE, MESSAGE_AT, REMOVE, TRIM } from './scripts.ts';

/** What one script removes: it must not hold up others. */
const REMOVALS_A_SCRIPT = 2_000;
/** How many commands are on their way at once. */
const STREAMS_AT_ONCE = 100;

/** Log streams on Redis. */
export function openLogStore({ link }: { readonly link: RedisLink }): LogStore {
  const base = `${link.prefix}log-streams`;
  const groupKey = (group: string) => `${base}:${group}`;
  const eventsKey = (group: string, stream: string) => `${base}:${group}:${stream}`;
  const keysOf = (group: string, stream: string) => [groupKey(group), eventsKey(group, stream), `${base}-count`];
  const remove = async (group: string, stream: string) =>
    (await link.run<number>(REMOVE, keysOf(group, stream), [stream])) === 1;

  return {
    driver: 'redis',
    create: async (group, stream, createdAtMs) =>
      (await link.run<number>(CREATE, keysOf(group, stream), [stream, createdAtMs])) === 1,
    async append(group, stream, events, arrivedAtMs) {
      const texts = events.flatMap(({ timestampMs, message }) => [timestampMs, message]);
      const args = [stream, arrivedAtMs, ...texts];
      const first = await link.run<number | null>(APPEND, keysOf(group, stream), args);
      if (first === null) throw new HeadwaterError('LOG_MISSING', `There is no log stream ${stream} in ${group}`);
      return events.map(({ timestampMs }, index) => ({ timestampMs, sequence: first + index }));
    },
    async read(group, stream, query) {
      const key = eventsKey(group, stream);
      const [from, to] = boundsOf(query);
      const members = await link.ask((redis) =>
        query.reverse
          ? redis.zrevrangebylex(key, to, from, 'LIMIT', 0, query.limit)
          : redis.zrangebylex(key, from, to, 'LIMIT', 0, query.limit),
      );
      return members.map(eventOf);
    },
    async stream(group, stream) {
      const text = await link.ask((redis) => redis.hget(groupKey(group), stream));
      return text === null ? undefined : streamOf(stream, text);
    },
    async streams(group, prefix = '') {
      const found = await link.ask((redis) => redis.hgetall(groupKey(group)));
      const streams = Object.entries(found).filter(([name]) => name.startsWith(prefix));
      return streams.map(([name, text]) => streamOf(name, text)).sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async trimBefore(group, stream, timestampMs) {
      const args = [stream, pad(timestampMs), REMOVALS_A_SCRIPT];
      while ((await link.run<number | null>(TRIM, keysOf(group, stream), args)) === REMOVALS_A_SCRIPT);
    },
    remove,
    async drop(group) {
      const names = await link.ask((redis) => redis.hkeys(groupKey(group)));
      for (let from = 0; from < names.length; from += STREAMS_AT_ONCE) {
        await Promise.all(names.slice(from, from + STREAMS_AT_ONCE).map((name) => remove(group, name)));
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}

function streamOf(name: string, text: string): LogStream {
  const [createdAtMs = 0, events = 0, bytes = 0, firstMs, lastMs, lastArrivedAtMs = 0] = text.split(' ').map(Number);
  return {
    ...{ name, createdAtMs, events, bytes },
    ...(events > 0 && { firstMs, lastMs }),
    ...(lastArrivedAtMs > 0 && { lastArrivedAtMs }),
  };
}

function eventOf(member: string): LogEvent {
  const [timestampMs = 0, sequence = 0, arrivedAtMs = 0] = member.slice(0, MESSAGE_AT).split(' ').map(Number);
  return { timestampMs, sequence, arrivedAtMs, message: member.slice(MESSAGE_AT) };
}

/** The first text that is wanted and the first behind those that are, as Redis writes such bounds. */
function boundsOf({ fromMs = 0, toMs, after, reverse }: LogQuery): readonly [from: string, to: string] {
  const from = `[${pad(fromMs)}`;
  const to = toMs === undefined ? '+' : `(${pad(toMs)}`;
  if (!after) return [from, to];
  if (reverse) return [from, toMs === undefined || after.timestampMs < toMs ? `(${textOf(after)}` : to];
  const behind = `[${textOf({ ...after, sequence: after.sequence + 1 })}`;
  return [behind > from ? behind : from, to];
}

const pad = (number: number) => String(Math.max(0, number)).padStart(16, '0');
const textOf = ({ timestampMs, sequence }: LogPlace) => `${pad(timestampMs)} ${pad(sequence)}`;

import type { RecordedEntry } from '../../core/journal.ts';
import type { JournalStore, UnplacedEntry } from '../../core/ports/journal-store.ts';
import type { Random } from '../../core/random.ts';
import { createListeners } from '../../core/waiting/listeners.ts';
import type { RedisLink } from './link.ts';
import { script } from './script.ts';
import { fromText, toText } from './value-text.ts';

const CHANNEL = 'journal';
const MAX_ENTRIES = 100_000;
const MAX_BYTES = 64 * 2 ** 20;
/** Batches that one read fetches. */
const PAGE = 20;
/** How long a process that says nothing may send its last batch again, in the engine's own time. */
const WRITER_SECONDS = 3600;

/**
 * A stream with one entry for each batch, whose id is the offset of the first of its entries, plus one: there is no id 0.
 * `sizes` is a list of what each takes, in the same order, so that the oldest can go without being looked at.
 */
const APPEND = script(`
  local stream, sizes, next, bytes, writer = unpack(KEYS)
  local number, count, text, channel, maxEntries, maxBytes = unpack(ARGV)
  if tonumber(redis.call('GET', writer) or '0') >= tonumber(number) then return 0 end
  redis.call('SET', writer, number, 'EX', ${WRITER_SECONDS})
  local behind = redis.call('INCRBY', next, count)
  redis.call('XADD', stream, (behind - count + 1) .. '-0', 'entries', text)
  redis.call('RPUSH', sizes, (behind - count) .. ' ' .. #text)
  local held = redis.call('INCRBY', bytes, #text)
  for _ = 1, 20 do
    local second = redis.call('LINDEX', sizes, 1)
    local isFull = second and behind - tonumber(string.match(second, '^%d+')) >= tonumber(maxEntries)
    if not second or (not isFull and held <= tonumber(maxBytes)) then break end
    held = redis.call('DECRBY', bytes, string.match(redis.call('LPOP', sizes), '%d+$'))
    redis.call('XTRIM', stream, 'MINID', (tonumber(string.match(second, '^%d+')) + 1) .. '-0')
  end
  redis.call('PUBLISH', channel, behind)
  return 1
`);

/** Answers where to go on, and the batches behind an offset: the offset of its first entry, and the entries' text. */
const READ = script(`
  local stream, next = unpack(KEYS)
  local from = tonumber(ARGV[1])
  local behind = tonumber(redis.call('GET', next) or '0')
  if behind <= from then return { behind } end
  local found = { behind }
  for _, batch in ipairs(redis.call('XRANGE', stream, string.format('%.0f', from + 1), '+', 'COUNT', ${PAGE})) do
    found[#found + 1] = string.match(batch[1], '^%d+') - 1
    found[#found + 1] = batch[2][2]
  end
  return found
`);

/** The journal of all processes of a namespace. */
export async function openJournalStore({
  link,
  random,
  maxEntries = MAX_ENTRIES,
  maxBytes = MAX_BYTES,
}: {
  readonly link: RedisLink;
  readonly random: Random;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
}): Promise<JournalStore> {
  const [stream, sizes, next, bytes] = ['stream', 'sizes', 'next', 'bytes'].map(
    (name) => `${link.prefix}journal:${name}`,
  );
  const writer = `${link.prefix}journal:writer:${random.uuid()}`;
  const listeners = createListeners<'appended'>();
  const listening = [
    await link.subscribe(CHANNEL, () => listeners.tell('appended')),
    link.onReturn(() => listeners.tell('appended')),
  ];
  return {
    driver: 'redis',
    async append({ number, entries }) {
      const args = [number, entries.length, toText(entries), link.prefix + CHANNEL, maxEntries, maxBytes];
      await link.run(APPEND, [stream, sizes, next, bytes, writer].map(String), args);
    },
    async read(from) {
      const [behind, ...found] = await link.run<readonly [number, ...(number | string)[]]>(
        READ,
        [stream, next].map(String),
        [from],
      );
      const entries = Array.from({ length: found.length / 2 }, (_, index) =>
        placed(Number(found[2 * index]), String(found[2 * index + 1])),
      ).flat();
      const last = entries.at(-1)?.offset;
      if (last !== undefined) return { entries, next: last + 1, more: last + 1 < behind };
      return { entries, next: behind < from ? 0 : from, more: behind < from };
    },
    onAppend: (heard) => listeners.add('appended', heard),
    async [Symbol.asyncDispose]() {
      for (const each of listening) each[Symbol.dispose]();
      // Its batches are all there, or never will be. Not waited for: it runs out by itself.
      void link.ask((redis) => redis.unlink(writer)).catch(() => {});
    },
  };
}

function placed(first: number, text: string): readonly RecordedEntry[] {
  return fromText<readonly UnplacedEntry[]>(text).map((entry, index) => ({ offset: first + index, ...entry }));
}

import type { Versioned } from '../../core/ports/registry.ts';
import type { RedisLink } from './link.ts';
import { script } from './script.ts';
import { fromText } from './value-text.ts';

/** For each key, whose known version follows it: false when there is none, 0 when it is that one, else version and value. */
const READ = script(`
  local values, versions = KEYS[1], KEYS[2]
  local wanted, known = {}, {}
  for i = 1, #ARGV, 2 do
    wanted[#wanted + 1] = ARGV[i]
    known[#known + 1] = ARGV[i + 1]
  end
  local found = redis.call('HMGET', versions, unpack(wanted))
  for i, version in ipairs(found) do
    if version == known[i] then found[i] = 0
    elseif version then found[i] = { version, redis.call('HGET', values, wanted[i]) } end
  end
  return found
`);

type Found = null | 0 | readonly [version: string, value: string];
type Entry = Versioned<unknown>;

/** How many keys one script looks at. */
const PAGE = 500;
/** Beyond this what was read longest ago is forgotten, and read again when it is wanted. */
const MAX_KEPT = 50_000;

/**
 * Reads that always ask Redis which version there is, so that what one process has stored the next one sees, but fetch a
 * value only once. All that is asked in one turn of the event loop is one question.
 */
export function createReads(link: RedisLink, names: { readonly values: string; readonly versions: string }) {
  const kept = new Map<string, Entry>();
  let asked: Map<string, Promise<Entry | undefined>> | undefined;
  let resolvers = new Map<string, Resolver>();

  const keep = (key: string, entry: Entry) => {
    // Several answers may be on their way: the newest stays.
    if ((kept.get(key)?.version ?? 0) > entry.version) return;
    kept.delete(key);
    kept.set(key, entry);
    if (kept.size > MAX_KEPT) for (const oldest of kept.keys()) return void kept.delete(oldest);
  };
  const fetch = async (keys: readonly string[]): Promise<readonly (Entry | undefined)[]> => {
    const before = keys.map((key) => kept.get(key));
    const args = keys.flatMap((key, index) => [key, before[index]?.version ?? '']);
    const found = await link.run<readonly Found[]>(READ, [names.values, names.versions], args);
    return found.map((answer, index) => {
      const key = keys[index] ?? '';
      if (answer === 0) return before[index];
      if (answer === null) {
        if (kept.get(key) === before[index]) kept.delete(key);
        return undefined;
      }
      const version = Number(answer[0]);
      const now = kept.get(key);
      if (now?.version === version) return now;
      const entry = { value: fromText<unknown>(answer[1]), version };
      keep(key, entry);
      return entry;
    });
  };
  const askAll = () => {
    const waiting = [...resolvers];
    asked = undefined;
    resolvers = new Map();
    for (let from = 0; from < waiting.length; from += PAGE) {
      const page = waiting.slice(from, from + PAGE);
      fetch(page.map(([key]) => key)).then(
        (entries) => {
          for (const [index, [, { resolve }]] of page.entries()) resolve(entries[index]);
        },
        (error) => {
          for (const [, { reject }] of page) reject(error);
        },
      );
    }
  };
  return {
    get(key: string): Promise<Entry | undefined> {
      if (!asked) {
        asked = new Map();
        setImmediate(askAll);
      }
      const known = asked.get(key);
      if (known) return known;
      const answer = new Promise<Entry | undefined>((resolve, reject) => resolvers.set(key, { resolve, reject }));
      asked.set(key, answer);
      return answer;
    },
    keep,
    forget: () => kept.clear(),
  };
}

interface Resolver {
  readonly resolve: (entry: Entry | undefined) => void;
  readonly reject: (error: unknown) => void;
}

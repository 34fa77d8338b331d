import type { RedisLink } from './link.ts';
import { script } from './script.ts';

/** Where the virtual clock of a namespace got to, so that time never goes back under what is stored. */
export interface ClockStore {
  load(): Promise<number | undefined>;
  /** What is asked of the same link afterwards happens after it. */
  save(nowMs: number): Promise<void>;
}

const SAVE = script(`
  if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or '0') then redis.call('SET', KEYS[1], ARGV[1]) end
  return 1
`);

/** The instant of a virtual clock, in Redis. */
export function redisClockStore({ link }: { readonly link: RedisLink }): ClockStore {
  const key = `${link.prefix}virtual-clock`;
  return {
    async load() {
      const kept = await link.ask((redis) => redis.get(key));
      return kept === null ? undefined : Number(kept);
    },
    save: async (nowMs) => void (await link.run(SAVE, [key], [nowMs])),
  };
}

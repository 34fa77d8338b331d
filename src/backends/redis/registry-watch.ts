import type { RedisLink } from './link.ts';

type Changed = (key: string | undefined) => void;

/**
 * Tells of changes, once each. One of our own is told before its own promise resolves, another's when it is heard. The
 * numbers of changes grow in the order in which they are published, so what was heard already is known by its number.
 */
export async function createRegistryWatch(link: RedisLink, channel: string) {
  const watching = new Set<readonly [prefix: string, changed: Changed]>();
  const toldAhead = new Set<number>();
  let heard = 0;
  const tellAll = (key: string | undefined) => {
    for (const [prefix, changed] of [...watching]) if (key === undefined || key.startsWith(prefix)) changed(key);
  };
  const subscription = await link.subscribe(channel, (message) => {
    const space = message.indexOf(' ');
    heard = Number(message.slice(0, space));
    if (!toldAhead.delete(heard)) tellAll(message.slice(space + 1));
  });
  const returned = link.onReturn(() => {
    toldAhead.clear();
    // A Redis that lost what it held counts from the beginning.
    heard = 0;
    tellAll(undefined);
  });
  return {
    /** Tells of a change of our own, unless it was heard already. */
    tell(key: string, change: number): void {
      if (change <= heard) return;
      toldAhead.add(change);
      tellAll(key);
    },
    add(prefix: string, changed: Changed): Disposable {
      const watcher = [prefix, changed] as const;
      watching.add(watcher);
      return { [Symbol.dispose]: () => watching.delete(watcher) };
    },
    [Symbol.dispose](): void {
      subscription[Symbol.dispose]();
      returned[Symbol.dispose]();
      watching.clear();
    },
  };
}

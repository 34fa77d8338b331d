import type { Arn } from '../../../src/core/arn.ts';

/**
 * Lets writes of one item follow each other within this process, so that many writers of a hot item need not try again and
 * again. What other processes write meanwhile is found out by the item's version.
 */
export interface ItemLocks {
  /** Runs `work` once all who asked for one of these names before are done. Asking for several at a time cannot deadlock. */
  during<T>(names: readonly string[], work: () => Promise<T>): Promise<T>;
}

/** Locks that nobody holds. */
export function createItemLocks(): ItemLocks {
  const tails = new Map<string, Promise<void>>();
  return {
    async during(names, work) {
      let release = () => {};
      const done = new Promise<void>((resolve) => {
        release = resolve;
      });
      const before = names.flatMap((name) => tails.get(name) ?? []);
      for (const name of names) tails.set(name, done);
      if (before.length > 0) await Promise.all(before);
      try {
        return await work();
      } finally {
        for (const name of names) if (tails.get(name) === done) tails.delete(name);
        release();
      }
    },
  };
}

/** What an item's lock is called. */
export function lockName(table: Arn, key: string): string {
  return `${table}\n${key}`;
}

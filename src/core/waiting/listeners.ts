/** Who wants to hear when something happened to the thing of a key. */
export interface Listeners<Key> {
  /** Calls `heard` from now on. Disposing ends it. */
  add(key: Key, heard: () => void): Disposable;
  /** Calls all listeners of the key that are there now. */
  tell(key: Key): void;
}

/** Listeners by key; nothing is kept of a key that has none. */
export function createListeners<Key>(): Listeners<Key> {
  const byKey = new Map<Key, Set<() => void>>();
  return {
    add(key, heard) {
      // Two that add the same function are two.
      const listener = () => heard();
      const all = byKey.get(key) ?? new Set();
      byKey.set(key, all.add(listener));
      return {
        [Symbol.dispose]: () => {
          all.delete(listener);
          if (all.size === 0 && byKey.get(key) === all) byKey.delete(key);
        },
      };
    },
    tell(key) {
      for (const listener of [...(byKey.get(key) ?? [])]) listener();
    },
  };
}

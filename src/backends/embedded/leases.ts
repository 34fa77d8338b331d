import type { Leases } from '../../core/ports/leases.ts';

/** Leases of one process, which has no other to share with: whoever in it asks first holds, the others wait. */
export function openLeases(): Leases {
  const tokens = new Map<string, number>();
  const ends = new Map<string, Promise<void>>();
  return {
    driver: 'embedded',
    ttlMs: 0,
    members: async () => 1,
    async hold(name, signal) {
      for (let end = ends.get(name); end && !signal.aborted; end = ends.get(name)) await either(end, signal);
      if (signal.aborted) return undefined;
      const token = (tokens.get(name) ?? 0) + 1;
      tokens.set(name, token);
      const { promise, resolve } = withResolvers();
      ends.set(name, promise);
      return {
        token,
        lost: new AbortController().signal,
        isWanted: false,
        async [Symbol.asyncDispose]() {
          if (ends.get(name) === promise) ends.delete(name);
          resolve();
        },
      };
    },
    async [Symbol.asyncDispose]() {},
  };
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

/** Resolves with whichever comes first. */
function either(end: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    void end.then(done);
  });
}

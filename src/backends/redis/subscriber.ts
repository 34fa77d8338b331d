import type { Redis } from 'ioredis';
import { createListeners } from '../../core/waiting/listeners.ts';

/** Hears channels over one connection. A channel's name is given without `prefix`. */
export function createSubscriber(client: Redis, prefix: string) {
  const listeners = new Map<string, Set<(message: string) => void>>();
  const returns = createListeners<'returned'>();
  client.on('message', (channel: string, message: string) => {
    for (const heard of [...(listeners.get(channel) ?? [])]) heard(message);
  });
  // The client subscribes again by itself; it was ready once before this was called.
  client.on('ready', () => setImmediate(() => returns.tell('returned')));
  return {
    onReturn: (returned: () => void) => returns.add('returned', returned),
    async subscribe(name: string, heard: (message: string) => void): Promise<Disposable> {
      const channel = prefix + name;
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(heard));
      if (known.size === 1) await client.subscribe(channel);
      return {
        [Symbol.dispose]() {
          if (!known.delete(heard) || known.size > 0) return;
          listeners.delete(channel);
          // While the connection is down there is nothing to end.
          void client.unsubscribe(channel).catch(() => {});
        },
      };
    },
  };
}

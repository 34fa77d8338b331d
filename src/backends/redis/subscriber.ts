import type { Redis } from 'ioredis';
import { createListeners } from '../../core/waiting/listeners.ts';

interface Channel {
  readonly listeners: Set<(message: string) => void>;
  /** When Redis has taken the subscription. */
  readonly subscribed: Promise<unknown>;
}

/**
 * Hears channels over one connection that does not subscribe again by itself: the client would not wait for the answer,
 * and its failure would be nobody's. A channel's name is given without `prefix`.
 */
export function createSubscriber(client: Redis, prefix: string) {
  const channels = new Map<string, Channel>();
  const returns = createListeners<'returned'>();
  client.on('message', (channel: string, message: string) => {
    for (const heard of [...(channels.get(channel)?.listeners ?? [])]) heard(message);
  });
  let isHearing = true;
  client.on('close', () => {
    isHearing = false;
  });
  const hearAgain = () => {
    isHearing = true;
    returns.tell('returned');
  };
  // It was ready once before this was called.
  client.on('ready', () => {
    const names = [...channels.keys()];
    const subscribed = names.length === 0 ? Promise.resolve() : client.subscribe(...names);
    // When that fails the connection is gone again, and there will be another.
    void subscribed.then(hearAgain).catch(() => {});
  });
  return {
    hears: () => isHearing,
    onReturn: (returned: () => void) => returns.add('returned', returned),
    async subscribe(name: string, heard: (message: string) => void): Promise<Disposable> {
      const channel = prefix + name;
      const known = channels.get(channel) ?? { listeners: new Set(), subscribed: client.subscribe(channel) };
      channels.set(channel, known);
      known.listeners.add(heard);
      const end = () => {
        if (!known.listeners.delete(heard) || known.listeners.size > 0) return;
        channels.delete(channel);
        // While the connection is down there is nothing to end.
        void client.unsubscribe(channel).catch(() => {});
      };
      try {
        await known.subscribed;
      } catch (error) {
        end();
        throw error;
      }
      return { [Symbol.dispose]: end };
    },
  };
}

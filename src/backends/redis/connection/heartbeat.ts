import type { Redis } from 'ioredis';
import { realClock, SECOND } from '../../../core/clock.ts';

const BEAT_MS = 2 * SECOND;

/**
 * Asks for a sign of life again and again, over a connection that only listens otherwise: when the other side is gone
 * without a word, nothing else would tell. The client ends a connection whose answer does not come.
 */
export function keepBeating(client: Redis): Disposable {
  let timer: Disposable;
  const next = () => {
    timer = realClock.setTimer(BEAT_MS, () => {
      if (client.status === 'ready') client.ping().catch(() => {});
      next();
    });
  };
  next();
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}

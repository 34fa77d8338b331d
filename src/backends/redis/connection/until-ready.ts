import type { Redis } from 'ioredis';
import { BackendRefused } from '../../../core/errors.ts';

/** What Redis answers to whoever it does not let in. */
const REFUSED = /^(WRONGPASS|NOAUTH|ERR invalid password|ERR AUTH|ERR Client sent AUTH)/;
/** What answers is no Redis: it closes the connection when it hears Redis' protocol, or speaks another. */
const NO_REDIS = /EPIPE|ECONNRESET|RESP type|Protocol error|it closes/;

/**
 * Resolves once it is connected; rejects when the next attempt to connect fails, and with `BACKEND_REFUSED` when it is not
 * let in. The client goes on trying by itself.
 * @param name what people call this Redis
 */
export async function untilReady(client: Redis, name: string): Promise<void> {
  if (client.status === 'ready') return;
  let reason = 'it closes the connection';
  const settled = new Promise<void>((resolve, reject) => {
    const onError = (error: Error) => {
      reason = error.message;
    };
    const done = (settle: () => void) => () => {
      client.off('ready', onReady).off('close', onClose).off('error', onError);
      settle();
    };
    const onReady = done(resolve);
    const onClose = done(() => reject(failure(name, reason)));
    client.on('ready', onReady).on('close', onClose).on('error', onError);
  });
  // Its own promise says less than the events do.
  if (client.status === 'wait') client.connect().catch(() => {});
  await settled;
}

function failure(name: string, reason: string): Error {
  const [code = ''] = REFUSED.exec(reason) ?? [];
  if (code !== '') {
    const remedy = 'correct them: redis://user:password@host:port';
    return new BackendRefused(name, `refuses the user and password in its URL (${code}); ${remedy}`);
  }
  return new Error(NO_REDIS.test(reason) ? `${reason}: is it Redis that listens there?` : reason);
}

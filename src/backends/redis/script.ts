import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script; Redis runs it as one. */
export interface Script {
  readonly lua: string;
  readonly sha1: string;
  /** Whether texts in the answer are bytes. */
  readonly bytes: boolean;
}

/** Names a script by its content. */
export function script(lua: string, { bytes = false }: { readonly bytes?: boolean } = {}): Script {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex'), bytes };
}

/**
 * Runs scripts by their hash, the first time by their text: what is asked in order is then done in order, also where Redis
 * does not know a script yet. One that it has forgotten (it was restarted) is sent again.
 */
export function scriptRunner(ask: <T>(command: (client: Redis) => Promise<T>) => Promise<T>) {
  const sent = new Set<string>();
  return async <T>(
    { lua, sha1, bytes }: Script,
    keys: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<T> => {
    const rest = [keys.length, ...keys, ...args] as const;
    const byText = (client: Redis) => (bytes ? client.callBuffer('EVAL', lua, ...rest) : client.eval(lua, ...rest));
    const byHash = (client: Redis) =>
      bytes ? client.callBuffer('EVALSHA', sha1, ...rest) : client.evalsha(sha1, ...rest);
    if (!sent.has(sha1)) {
      sent.add(sha1);
      return (await ask(byText)) as T;
    }
    try {
      return (await ask(byHash)) as T;
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return (await ask(byText)) as T;
    }
  };
}

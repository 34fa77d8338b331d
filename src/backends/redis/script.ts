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

/** Runs scripts by their hash; one that Redis does not know (it was restarted) is sent. */
export function scriptRunner(ask: <T>(command: (client: Redis) => Promise<T>) => Promise<T>) {
  return async <T>(
    { lua, sha1, bytes }: Script,
    keys: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<T> => {
    const rest = [keys.length, ...keys, ...args] as const;
    try {
      return (await ask((client) =>
        bytes ? client.callBuffer('EVALSHA', sha1, ...rest) : client.evalsha(sha1, ...rest),
      )) as T;
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return (await ask((client) =>
        bytes ? client.callBuffer('EVAL', lua, ...rest) : client.eval(lua, ...rest),
      )) as T;
    }
  };
}

import type { Redis } from 'ioredis';
import { BackendRefused } from '../../../core/errors.ts';

/** The oldest version that has all that the scripts use. */
export const OLDEST_VERSION = 7;

/** What Redis tells of itself, by name. */
export type ServerInfo = ReadonlyMap<string, string>;

/** Asks what it tells of itself; rejects when this user may not ask. */
export async function readServerInfo(client: Redis): Promise<ServerInfo> {
  const lines = (await client.info()).split('\r\n');
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** What keeps this Redis from being used at all, with what to do about it; `undefined` when nothing does. */
export function unfitness(info: ServerInfo): string | undefined {
  const version = info.get('redis_version') ?? '';
  if (Number.parseInt(version, 10) < OLDEST_VERSION) {
    return `is version ${version}; ${OLDEST_VERSION} or later is needed: upgrade it`;
  }
  if (info.get('role') === 'slave') {
    const primary = `${info.get('master_host')}:${info.get('master_port')}`;
    return `is a replica, which takes no writes; name its primary, ${primary}`;
  }
  // Its scripts work on many keys at once, which a cluster spreads over its nodes and refuses.
  if (info.get('cluster_enabled') === '1')
    return 'is a node of a cluster, which runs no script on keys of several slots; name a Redis that is none';
  return undefined;
}

/** Rejects with `BACKEND_REFUSED` when this Redis cannot be used. One that may not be asked is taken to be usable. */
export async function refuseUnfit(client: Redis, name: string): Promise<void> {
  const info = await readServerInfo(client).catch(() => undefined);
  const refusal = info && unfitness(info);
  if (refusal !== undefined) throw new BackendRefused(name, refusal);
}

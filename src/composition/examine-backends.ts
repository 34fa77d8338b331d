import type { BackendSettings } from '../config/options.ts';
import { HeadwaterError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';

/** Looks at each backend that is configured, side by side; one that cannot be looked at is a finding, too. */
export async function examineBackends(settings: BackendSettings): Promise<readonly Finding[]> {
  const { redis, namespace, deadlineMs } = settings;
  const common = { namespace, deadlineMs };
  const looks: [what: string, look: () => Promise<readonly Finding[]>][] = [];
  if (redis !== undefined) {
    looks.push([
      'redis',
      async () => (await import('../backends/redis/examine.ts')).examineRedis({ url: redis, ...common }),
    ]);
  }
  return (await Promise.all(looks.map(([what, look]) => findings(what, look)))).flat();
}

async function findings(what: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HeadwaterError)) throw error;
    return [{ what, found: error.message, level: 'problem' }];
  }
}

import type { Finding } from '../../../core/finding.ts';
import type { RedisLink } from '../link.ts';

interface Wanted {
  readonly setting: string;
  readonly value: string;
  readonly otherwise: string;
}

/** What makes an acknowledged write outlive a SIGKILL of Redis, and keeps Redis from dropping what it holds. */
const WANTED: readonly Wanted[] = [
  { setting: 'appendonly', value: 'yes', otherwise: 'all is lost when Redis ends' },
  { setting: 'appendfsync', value: 'always', otherwise: 'the last second can be lost when Redis is killed' },
  { setting: 'maxmemory-policy', value: 'noeviction', otherwise: 'messages can be evicted when memory is short' },
];

/** How much of what it acknowledges Redis may lose. */
export async function lookAtDurability({ ask }: Pick<RedisLink, 'ask'>): Promise<readonly Finding[]> {
  try {
    return await Promise.all(
      WANTED.map(async ({ setting, value, otherwise }): Promise<Finding> => {
        const [, actual = ''] = (await ask((redis) => redis.config('GET', setting))) as string[];
        if (actual === value) return { what: setting, found: actual, level: 'ok' };
        const found = `is ${actual}: ${otherwise}; CONFIG SET ${setting} ${value}`;
        return { what: setting, found, level: 'warning' };
      }),
    );
  } catch (error) {
    const settings = WANTED.map(({ setting, value }) => `${setting} ${value}`).join(', ');
    const found = `cannot be read (${(error as Error).message}); it should have ${settings}`;
    return [{ what: 'durability', found, level: 'warning' }];
  }
}

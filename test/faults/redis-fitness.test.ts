// A Redis that cannot be used is refused at the start, by what it tells of itself, with what to do about it.
// README.md, "Real backends"
import { expect, test } from 'vitest';
import { unfitness } from '../../src/backends/redis/connection/fitness.ts';

const info = (told: Readonly<Record<string, string>>) =>
  new Map(Object.entries({ redis_version: '7.2.12', role: 'master', cluster_enabled: '0', ...told }));

test.each([
  [{ redis_version: '6.2.14' }, 'is version 6.2.14; 7 or later is needed: upgrade it'],
  [{ role: 'slave', master_host: 'a', master_port: '1' }, 'is a replica, which takes no writes; name its primary, a:1'],
  [
    { cluster_enabled: '1' },
    'is a node of a cluster, which runs no script on keys of several slots; name a Redis that is none',
  ],
])('one that tells %o is named with the remedy', (told, refusal) => {
  expect(unfitness(info(told))).toBe(refusal);
});

test('any other is used', () => {
  expect(unfitness(info({}))).toBeUndefined();
});

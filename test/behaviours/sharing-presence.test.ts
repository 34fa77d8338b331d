// Who may share a namespace: all ports on real backends, and the real clock. Several processes that could not find what
// the others keep, or that have times of their own, would each give other answers.
import { afterEach, expect, test } from 'vitest';
import { redisClockStore } from '../../src/backends/redis/clock-store.ts';
import { MEMBER_TTL_MS, openMembers } from '../../src/backends/redis/members/members.ts';
import { type Announcement, openPresence } from '../../src/backends/redis/members/presence.ts';
import { startStopwatch } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import { describeOn } from '../support/backends.ts';
import { createTestRedis } from '../support/test-redis.ts';

const REAL: Announcement = { ports: { registry: 'redis', objects: 'minio', log: 'kafka' }, clock: 'real' };
const EMBEDDED: Announcement = { ports: { registry: 'redis', objects: 'embedded', log: 'embedded' }, clock: 'real' };

describeOn(['redis'], 'presence in a namespace', () => {
  const opened: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });
  const space = () => {
    const redis = createTestRedis();
    opened.push(redis);
    return async (announcement: Announcement) => {
      const link = await redis.open();
      const members = await openMembers({ link, random: systemRandom });
      opened.push(members);
      const presence = await openPresence({ link, members, namespace: 'orders', refused: () => {}, ...announcement });
      opened.push(presence);
      return { link, members };
    };
  };

  test('lets processes share that keep nothing to themselves', async () => {
    const open = space();
    await open(REAL);
    const { members } = await open(REAL);
    expect(await members.count()).toBe(2);
  });

  test('lets one process alone keep what it likes where it likes', async () => {
    await space()({ ...EMBEDDED, clock: 'virtual' });
  });

  test('refuses a second process where a port of the first is embedded, and names the ports and the first', async () => {
    const open = space();
    await open(EMBEDDED);
    const refused = await open(REAL).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'SHARING_REFUSED', fault: 'user' });
    expect(String(refused)).toContain(`process ${process.pid} on `);
    expect(String(refused)).toContain('it would keep objects, log embedded');
  });

  test('refuses a second process whose own port is embedded', async () => {
    const open = space();
    await open(REAL);
    await expect(open(EMBEDDED)).rejects.toThrow('this one would keep objects, log embedded');
  });

  test('refuses a second process where either has a clock of its own', async () => {
    const open = space();
    await open({ ...REAL, clock: 'virtual' });
    await expect(open(REAL)).rejects.toThrow('its clock is virtual');
    const other = space();
    await other(REAL);
    await expect(other({ ...REAL, clock: 'scaled:60' })).rejects.toThrow("this one's clock is scaled:60");
  });

  test('lets the first stay of two that begin at once', async () => {
    const open = space();
    const results = await Promise.allSettled([open(EMBEDDED), open(EMBEDDED)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('waits for one that was killed until it counts as dead, and takes its place', async () => {
    const open = space();
    const first = await open(EMBEDDED);
    await first.link[Symbol.asyncDispose]();
    const passedMs = startStopwatch();
    await open(EMBEDDED);
    expect(passedMs()).toBeLessThan(3 * MEMBER_TTL_MS);
  });

  test('takes the place of one that has stopped at once', async () => {
    const open = space();
    const first = await open(EMBEDDED);
    await first.members[Symbol.asyncDispose]();
    const passedMs = startStopwatch();
    await open(EMBEDDED);
    // It would be dead at the end of its time.
    expect(passedMs()).toBeLessThan(MEMBER_TTL_MS / 2);
  });

  test('keeps where a virtual clock got to, which never goes back', async () => {
    const { link } = await space()(REAL);
    const clock = redisClockStore({ link });
    expect(await clock.load()).toBeUndefined();
    await Promise.all([clock.save(2000), clock.save(1000)]);
    expect(await clock.load()).toBe(2000);
  });
});

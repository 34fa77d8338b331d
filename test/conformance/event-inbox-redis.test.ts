// What MinIO tells of in a list in Redis: it is gone once it was settled, and nothing that was not goes with it.
import { afterEach, expect, test } from 'vitest';
import { openEventInbox } from '../../src/backends/redis/event-inbox/event-inbox.ts';
import { describeOn } from '../support/backends.ts';
import { createTestRedis } from '../support/test-redis.ts';

describeOn(['redis'], 'an inbox of notifications on Redis', () => {
  const opened: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  });
  /** A list of a namespace, as processes of it see it. */
  const space = async () => {
    const redis = createTestRedis();
    opened.push(redis);
    const link = await redis.open();
    const open = async () => {
      const inbox = await openEventInbox({ link: await redis.open() });
      opened.push(inbox);
      return inbox;
    };
    const list = `${link.prefix}s3:events`;
    return {
      open,
      tell: (...texts: readonly string[]) => link.ask((client) => client.rpush(list, ...texts)),
      lose: () => link.ask((client) => client.del(list, `${list}:settled`)),
    };
  };

  test('gives what was not settled again, and what was never more', async () => {
    const { open, tell } = await space();
    const inbox = await open();
    await tell('first', 'second');
    const taken = await inbox.waiting();
    expect(taken.texts).toEqual(['first', 'second']);
    expect((await inbox.waiting()).texts).toEqual(['first', 'second']);
    await tell('third');
    await inbox.settle(taken);
    expect((await inbox.waiting()).texts).toEqual(['third']);
  });

  test('keeps what came meanwhile when two processes settle the same', async () => {
    const { open, tell } = await space();
    const [stopped, other] = [await open(), await open()];
    await tell('first', 'second');
    const late = await stopped.waiting();
    // It stands still for so long that the other takes its place.
    await tell('third');
    await other.settle(await other.waiting());
    await tell('fourth', 'fifth');
    await stopped.settle(late);
    expect((await other.waiting()).texts).toEqual(['fourth', 'fifth']);
  });

  test('and what only one of them has taken', async () => {
    const { open, tell } = await space();
    const [stopped, other] = [await open(), await open()];
    await tell('first', 'second');
    const late = await stopped.waiting();
    await tell('third');
    const more = await other.waiting();
    await stopped.settle(late);
    await tell('fourth');
    await other.settle(more);
    expect((await other.waiting()).texts).toEqual(['fourth']);
  });

  test('settles nothing of a list that begins anew', async () => {
    const { open, tell, lose } = await space();
    const inbox = await open();
    await tell('first');
    await inbox.settle(await inbox.waiting());
    await tell('second');
    const lost = await inbox.waiting();
    await lose();
    await tell('third');
    await inbox.settle(lost);
    expect((await inbox.waiting()).texts).toEqual(['third']);
  });
});

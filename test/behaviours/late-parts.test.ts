// What nobody has asked for is not loaded, and misses nothing: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
// and https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html promise that what was accepted is
// delivered, whatever became of the process that accepted it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openLmdbStore, openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';
import type { Backends } from '../../src/composition/backends.ts';
import { lateTarget, openLateParts } from '../../src/composition/late-parts.ts';
import { asArn } from '../../src/core/arn.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-late-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const embedded: Backends = { redis: undefined, members: undefined, kafka: undefined, minio: undefined };

/** A part that says what is done with it. */
function recordedPart() {
  const done: string[] = [];
  const part = {
    target: { service: 'sns', deliver: async () => ({ kind: 'accepted' as const }), describe: async () => undefined },
    start: () => void done.push('start'),
    reset: async () => void done.push('reset'),
    close: async () => void done.push('close'),
  };
  const open = async () => {
    done.push('open');
    return part;
  };
  return { done, open };
}

async function lateIn(store: Store, backends = embedded) {
  const { done, open } = recordedPart();
  const late = await openLateParts({ store, backends }, openRegistry(store));
  return { done, part: await late('sns', open) };
}

const keep = (name: string) => openLmdbStore({ dataDir: join(folder, name), fsync: false });

describe('a part of a new endpoint', () => {
  test('is opened by the first that asks, and works then', async () => {
    const { done, part } = await lateIn(openMemoryStore());
    part.start();
    expect(done).toEqual([]);
    await Promise.all([part.opened(), part.opened()]);
    expect(done).toEqual(['open', 'start']);
  });

  test('is opened by what is delivered to it', async () => {
    const { done, part } = await lateIn(openMemoryStore());
    part.start();
    await lateTarget('sns', part.opened).describe(asArn('arn:aws:sns:us-east-1:000000000000:orders'));
    expect(done).toEqual(['open', 'start']);
  });

  test('that is asked before the start works from the start on', async () => {
    const { done, part } = await lateIn(openMemoryStore());
    await part.opened();
    expect(done).toEqual(['open']);
    part.start();
    expect(done).toEqual(['open', 'start']);
  });

  test('is left alone by a reset and by the end when nobody asked', async () => {
    const { done, part } = await lateIn(openMemoryStore());
    part.start();
    await part.reset();
    await part.close();
    expect(done).toEqual([]);
  });

  test('is reset and closed when somebody asked', async () => {
    const { done, part } = await lateIn(openMemoryStore());
    part.start();
    await part.opened();
    await part.reset();
    await part.close();
    expect(done).toEqual(['open', 'start', 'reset', 'close']);
  });

  test('that is asked once all is closed answers and does not work', async () => {
    const { done, part } = await lateIn(openMemoryStore());
    part.start();
    await part.close();
    await part.opened();
    expect(done).toEqual(['open', 'close']);
  });

  test('that is closed while it is opened does not work', async () => {
    const { done, part } = await lateIn(openMemoryStore());
    part.start();
    const opened = part.opened();
    await part.close();
    await opened;
    expect(done).toEqual(['open', 'close']);
  });
});

describe('a part of an endpoint that goes on', () => {
  test('is opened at once where it was opened before', async () => {
    {
      await using store = await keep('used');
      await (await lateIn(store)).part.opened();
    }
    await using store = await keep('used');
    const { done, part } = await lateIn(store);
    expect(done).toEqual(['open']);
    part.start();
    expect(done).toEqual(['open', 'start']);
  });

  test('waits to be asked where nobody has asked before', async () => {
    {
      await using store = await keep('unused');
      await lateIn(store);
      await openRegistry(store).put('sqs/000000000000/us-east-1/orders', {});
    }
    await using store = await keep('unused');
    expect((await lateIn(store)).done).toEqual([]);
  });

  test('is opened at once where nothing was noted of what was opened', async () => {
    await using store = await keep('old');
    await openRegistry(store).put('sns/000000000000/us-east-1/orders', {});
    expect((await lateIn(store)).done).toEqual(['open']);
  });

  test('is opened at once where others share the work', async () => {
    const shared: Backends = { ...embedded, redis: {} as NonNullable<Backends['redis']> };
    expect((await lateIn(openMemoryStore(), shared)).done).toEqual(['open']);
  });
});

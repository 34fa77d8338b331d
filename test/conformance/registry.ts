// What every registry keeps, whatever is beneath it. A driver sits it by calling `describeRegistry`.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isVersionConflict, type Registry } from '../../src/core/ports/registry.ts';

/** Opens an empty registry. */
export type OpenRegistry = () => Promise<Registry>;

export function describeRegistry(open: OpenRegistry): void {
  let registry: Registry;
  beforeEach(async () => {
    registry = await open();
  });
  afterEach(() => registry[Symbol.asyncDispose]());

  test('returns what was put, with a version that grows', async () => {
    expect(await registry.get('sqs/a')).toBeUndefined();
    const first = await registry.put('sqs/a', { n: 1 });
    const second = await registry.put('sqs/a', { n: 2 });
    expect(second).toBeGreaterThan(first);
    expect(await registry.get('sqs/a')).toEqual({ value: { n: 2 }, version: second });
  });

  test('returns the same object for as long as the version is the same', async () => {
    await registry.put('a', { deep: ['ü', { n: 1 }] });
    const [first, second] = await Promise.all([registry.get('a'), registry.get('a')]);
    expect(second?.value).toBe(first?.value);
    expect((await registry.list('a'))[0]?.value).toBe(first?.value);
    await registry.put('a', { deep: ['ü', { n: 1 }] });
    expect((await registry.get('a'))?.value).not.toBe(first?.value);
  });

  test('refuses a write that expects another version', async () => {
    const version = await registry.put('k', 1, 0);
    const refused = await registry.put('k', 2, 0).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'VERSION_CONFLICT' });
    expect(isVersionConflict(refused)).toBe(true);
    expect(await registry.get('k')).toEqual({ value: 1, version });
    await registry.put('k', 2, version);
    expect((await registry.get('k'))?.value).toBe(2);
  });

  test('removes only the version that is expected', async () => {
    const version = await registry.put('k', 1, 0);
    await registry.put('k', 2, version);
    await expect(registry.remove('k', version)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
    expect((await registry.get('k'))?.value).toBe(2);
    await registry.remove('k', (await registry.get('k'))?.version);
    expect(await registry.get('k')).toBeUndefined();
    await expect(registry.remove('k', version)).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  });

  test('lets one of those who expect the same version win', async () => {
    const results = await Promise.allSettled([1, 2, 3].map((n) => registry.put('k', n, 0)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  test('takes what was stored after a removal for another, also where both are the first of their key', async () => {
    const before = await registry.put('k', 'old', 0);
    await registry.remove('k');
    await registry.put('k', 'new', 0);
    await expect(registry.put('k', 'of who read the old one', before)).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
    });
    expect((await registry.get('k'))?.value).toBe('new');
  });

  test('lists by prefix in key order and forgets what was removed', async () => {
    for (const key of ['s3/b', 's3/a', 'sqs/a', 's3/ü']) await registry.put(key, key);
    await registry.remove('s3/b');
    await registry.remove('never there');
    expect(await registry.list('s3/')).toEqual([
      { key: 's3/a', value: 's3/a' },
      { key: 's3/ü', value: 's3/ü' },
    ]);
    expect(await registry.list('')).toHaveLength(3);
    expect(await registry.list('x')).toEqual([]);
  });

  test('orders keys by their bytes, also beyond what one unit of JavaScript holds', async () => {
    const keys = ['o/', 'o/z', 'o/\uffee', 'o/\u{1f600}', 'o0'];
    for (const key of keys.toReversed()) await registry.put(key, key);
    expect((await registry.list('o')).map(({ key }) => key)).toEqual(keys);
    expect((await registry.list('o/')).map(({ key }) => key)).toEqual(keys.slice(0, -1));
  });

  test('lists more than a page of entries', async () => {
    const keys = Array.from({ length: 1234 }, (_, index) => `many/${String(index).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => registry.put(key, key)));
    expect((await registry.list('many/')).map(({ key }) => key)).toEqual(keys);
  });

  test('tells who watches a prefix of each change beneath it before the change is acknowledged', async () => {
    const changed: (string | undefined)[] = [];
    const watching = registry.watch('a/', (key) => changed.push(key));
    await registry.put('a/1', 1);
    await registry.put('b/1', 1);
    expect(changed).toEqual(['a/1']);
    await registry.remove('a/1');
    await registry.remove('a/1');
    expect(changed).toEqual(['a/1', 'a/1']);
    watching[Symbol.dispose]();
    await registry.put('a/2', 1);
    expect(changed).toEqual(['a/1', 'a/1']);
  });
}

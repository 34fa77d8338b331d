// What every object store must do: the promises of src/core/ports/object-store.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ByteStream } from '../../src/core/operation.ts';
import type { ObjectStore, ObjectVersion, PutOutcome, Versioning } from '../../src/core/ports/object-store.ts';
import { runSeed } from '../support/seed.ts';

/** A store with the names of two buckets in it, which are empty. */
export interface TestedStore extends ObjectStore {
  readonly bucket: string;
  readonly other: string;
}

/** Opens a store; `name` tells apart the stores of one run. */
export type OpenStore = (name: string) => Promise<TestedStore>;

/** What a driver cannot do, with the reason in its test. */
export interface Lacks {
  /** Objects below the key of another, `a/b` beside `a`, are in its listings. */
  readonly nestedKeys?: boolean;
  /** Keys with nothing between two slashes, or before the first. */
  readonly emptySegments?: boolean;
}

/** Parts but the last have AWS's least size: a real store wants it too. */
const PART_BYTES = 5 * 2 ** 20;

async function* stream(...chunks: readonly (string | Uint8Array)[]): ByteStream {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

const finish = ({ md5 }: { readonly md5: string }) => ({ etag: md5, attributes: {} });

/** Stores a text and gives its version. */
export async function putText(
  store: TestedStore,
  key: string,
  text: string,
  versioning: Versioning = 'off',
): Promise<ObjectVersion> {
  return stored(await store.put(store.bucket, key, stream(text), { versioning, finish }));
}

function stored(outcome: PutOutcome): ObjectVersion {
  if (outcome.kind !== 'stored') throw new Error(`the put was ${outcome.kind}`);
  return outcome.version;
}

/** The text of a version; `undefined` when it is gone. */
export async function readText(
  store: ObjectStore,
  version: ObjectVersion,
  range?: { readonly first: number; readonly last: number },
): Promise<string | undefined> {
  const body = await store.read(version, range);
  if (!body) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const keysOf = async (store: TestedStore) =>
  (await store.list(store.bucket, { prefix: '', limit: 1000 })).entries.map((entry) =>
    entry.kind === 'version' ? entry.version.key : entry.prefix,
  );

/** Runs the suite over one driver. */
export function conforms(driver: string, open: OpenStore, lacks: Lacks = {}): void {
  describe(`an object store on ${driver}`, () => {
    describe('objects', () => {
      test('gives back the bytes that were put, whole and by range', async () => {
        await using store = await open('bytes');
        const large = 'x'.repeat(300_000);
        for (const text of ['', 'hello', large]) {
          const version = await putText(store, 'k', text);
          expect(version).toMatchObject({ size: text.length, versionId: 'null', deleteMarker: false });
          expect(await readText(store, version)).toBe(text);
        }
        const version = await putText(store, 'k', `head${large}tail`);
        expect(await readText(store, version, { first: 2, last: 4 })).toBe('adx');
        expect(await readText(store, version, { first: 300_004, last: 300_007 })).toBe('tail');
      });

      test('gives back what it was told will be read, of any size', async () => {
        await using store = await open('will-read');
        for (const size of [0, 1, 65_536, 65_537]) {
          const put = await putText(store, 'k', 'x'.repeat(size));
          const version = await store.get(store.bucket, 'k', undefined, true);
          expect(version).toEqual(put);
          if (!version) continue;
          expect(await readText(store, version)).toHaveLength(size);
          if (size > 0) expect(await readText(store, version, { first: size - 1, last: size - 1 })).toBe('x');
        }
        expect(await store.get(store.bucket, 'missing', undefined, true)).toBeUndefined();
        await store.mark(store.bucket, 'k', { versioning: 'enabled', attributes: {} });
        expect(await store.get(store.bucket, 'k', undefined, true)).toMatchObject({ deleteMarker: true, size: 0 });
      });

      test('keeps nothing of a body that fails, nor of one whose end is refused', async () => {
        await using store = await open('failing');
        await putText(store, 'k', 'before');
        const failing = (async function* () {
          yield Buffer.alloc(200_000);
          throw new Error('the client went away');
        })();
        await expect(store.put(store.bucket, 'k', failing, { versioning: 'off', finish })).rejects.toThrow('went away');
        const refuse = () => {
          throw new Error('wrong checksum');
        };
        await expect(
          store.put(store.bucket, 'k', stream('new'), { versioning: 'off', finish: refuse }),
        ).rejects.toThrow('wrong');
        const current = await store.get(store.bucket, 'k');
        expect(current && (await readText(store, current))).toBe('before');
      });

      test('lets a condition decide at the instant of the write', async () => {
        await using store = await open('conditions');
        const put = (text: string) =>
          store.put(store.bucket, 'k', stream(text), { versioning: 'off', expect: { kind: 'absent' }, finish });
        const outcomes = await Promise.all(['one', 'two', 'three'].map(put));
        expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['refused', 'refused', 'stored']);
        const current = await store.get(store.bucket, 'k');
        const expectation = { kind: 'etag', etag: current?.etag ?? '' } as const;
        const over = await store.put(store.bucket, 'k', stream('x'), {
          versioning: 'off',
          expect: expectation,
          finish,
        });
        expect(over.kind).toBe('stored');
        const again = await store.put(store.bucket, 'k', stream('y'), {
          versioning: 'off',
          expect: expectation,
          finish,
        });
        expect(again).toMatchObject({ kind: 'refused' });
      });

      test('lets a reader finish that began before the object was replaced', async () => {
        await using store = await open('readers');
        const version = await putText(store, 'k', 'a'.repeat(600_000));
        const body = await store.read(version);
        const reader = body?.[Symbol.asyncIterator]();
        const first = await reader?.next();
        await putText(store, 'k', 'b');
        let size = first?.done === false ? first.value.length : 0;
        for (let next = await reader?.next(); next && !next.done; next = await reader?.next())
          size += next.value.length;
        expect(size).toBe(600_000);
        expect(await store.read(version)).toBeUndefined();
      });

      test('replaces attributes of the version that is meant and of no other', async () => {
        await using store = await open('attributes');
        const first = await putText(store, 'k', 'a');
        expect(await store.describe(first, { tag: 'x' })).toMatchObject({ attributes: { tag: 'x' } });
        expect(await store.get(store.bucket, 'k')).toMatchObject({ attributes: { tag: 'x' } });
        await putText(store, 'k', 'b');
        expect(await store.describe(first, { tag: 'y' })).toBeUndefined();
      });
    });

    describe('versions', () => {
      test('keeps every version while versioning is on, the newest first', async () => {
        await using store = await open('versions');
        const before = await putText(store, 'k', 'zero');
        const first = await putText(store, 'k', 'one', 'enabled');
        const second = await putText(store, 'k', 'two', 'enabled');
        expect(first.versionId).not.toBe(second.versionId);
        expect(await store.get(store.bucket, 'k')).toMatchObject({ versionId: second.versionId });
        expect(await readText(store, before)).toBe('zero');
        const { entries } = await store.listVersions(store.bucket, { prefix: '', limit: 10 });
        expect(entries.map((entry) => entry.kind === 'version' && [entry.version.versionId, entry.latest])).toEqual([
          [second.versionId, true],
          [first.versionId, false],
          ['null', false],
        ]);
      });

      test('replaces only the null version while versioning is suspended', async () => {
        await using store = await open('suspended');
        const kept = await putText(store, 'k', 'one', 'enabled');
        const replaced = await putText(store, 'k', 'two', 'suspended');
        await putText(store, 'k', 'three', 'suspended');
        expect(await readText(store, kept)).toBe('one');
        expect(await store.read(replaced)).toBeUndefined();
        expect((await store.listVersions(store.bucket, { prefix: '', limit: 10 })).entries).toHaveLength(2);
      });

      test('hides an object behind a delete marker and shows it again without', async () => {
        await using store = await open('markers');
        await putText(store, 'k', 'one', 'enabled');
        const marked = await store.mark(store.bucket, 'k', { versioning: 'enabled', attributes: {} });
        expect(await keysOf(store)).toEqual([]);
        expect(await store.get(store.bucket, 'k')).toMatchObject({ deleteMarker: true });
        const markerId = marked.kind === 'removed' ? (marked.version?.versionId ?? '') : '';
        await store.remove(store.bucket, 'k', markerId);
        expect(await keysOf(store)).toEqual(['k']);
        expect(await store.isEmpty(store.bucket)).toBe(false);
      });
    });

    describe('listings', () => {
      test('come in UTF-8 byte order, which is not that of JavaScript', async () => {
        await using store = await open('order');
        const keys = ['a', 'B', 'é', '\uff5a', '😀', 'c/b', 'a0', '\ue000'];
        for (const key of keys) await putText(store, key, '');
        const expected = [...keys].sort((x, y) => Buffer.from(x).compare(Buffer.from(y)));
        expect(await keysOf(store)).toEqual(expected);
      });

      test('agree with a naive listing for any keys, prefix, delimiter and page size', async () => {
        const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '😀', '\ue000'), maxLength: 5 });
        const key = fc.string({
          unit: fc.constantFrom('a', 'b', '/', 'é', '😀', '\ue000'),
          minLength: 1,
          maxLength: 6,
        });
        let run = 0;
        await fc.assert(
          fc.asyncProperty(
            fc.uniqueArray(key, { maxLength: 25 }).map((keys) => storable(keys, lacks)),
            text,
            fc.constantFrom(undefined, '/', 'a'),
            fc.integer({ min: 1, max: 6 }),
            async (keys, prefix, delimiter, limit) => {
              await using store = await open(`listing-${run++}`);
              await Promise.all(keys.map((each) => putText(store, each, '')));
              expect(await pages(store, prefix, delimiter, limit)).toEqual(naive(keys, prefix, delimiter));
            },
          ),
          { seed: runSeed('listings'), numRuns: 60 },
        );
      });

      test('go on behind a version of a key', async () => {
        await using store = await open('version-pages');
        for (const key of ['a', 'b']) for (const text of ['1', '2', '3']) await putText(store, key, text, 'enabled');
        const all = (await store.listVersions(store.bucket, { prefix: '', limit: 100 })).entries;
        const ids = all.map((entry) => (entry.kind === 'version' ? entry.version.versionId : ''));
        const first = await store.listVersions(store.bucket, { prefix: '', limit: 4 });
        expect(first.truncated).toBe(true);
        const rest = await store.listVersions(store.bucket, {
          prefix: '',
          after: 'b',
          afterVersionId: ids[3],
          limit: 4,
        });
        expect(rest.entries.map((entry) => (entry.kind === 'version' ? entry.version.versionId : ''))).toEqual(
          ids.slice(4),
        );
        expect(rest.truncated).toBe(false);
      });
    });

    describe('uploads in parts', () => {
      test('become one object of the parts that are named, in their order', async () => {
        await using store = await open('uploads');
        const upload = await store.beginUpload(store.bucket, 'k', { x: 1 });
        const [one, two, three] = ['1', '2', 'three'].map((text) => text.padEnd(PART_BYTES, '-')) as [
          string,
          string,
          string,
        ];
        for (const [index, text] of [one, 'two', three, 'unused'].entries()) {
          await store.putPart(upload, index + 1, stream(text), finish);
        }
        await store.putPart(upload, 2, stream(two), finish, PART_BYTES);
        await store.putPart(upload, 3, stream('three'), finish);
        const parts = (await store.parts(upload)).slice(0, 3);
        const version = stored(await store.complete(upload, parts, { versioning: 'off', etag: 'e-3', attributes: {} }));
        const size = 2 * PART_BYTES + 5;
        expect(version).toMatchObject({ size, etag: 'e-3', partSizes: [PART_BYTES, PART_BYTES, 5] });
        expect(await store.get(store.bucket, 'k')).toEqual(version);
        expect((await readText(store, version)) === `${one}${two}three`).toBe(true);
        expect(await readText(store, version, { first: PART_BYTES - 1, last: PART_BYTES })).toBe('-2');
        expect(await readText(store, version, { first: size - 6, last: size - 4 })).toBe('-th');
        expect(await store.upload(store.bucket, 'k', upload.id)).toBeUndefined();
        expect(await store.abort(upload)).toBe(false);
      });

      test('can be given up, and take no part after that', async () => {
        await using store = await open('aborted');
        const upload = await store.beginUpload(store.bucket, 'k', {});
        expect((await store.uploads(store.bucket)).map(({ id }) => id)).toEqual([upload.id]);
        expect(await store.abort(upload)).toBe(true);
        expect(await store.putPart(upload, 1, stream('late'), finish)).toBeUndefined();
        expect(await store.complete(upload, [], { versioning: 'off', etag: '', attributes: {} })).toEqual({
          kind: 'gone',
        });
        expect(await store.isEmpty(store.bucket)).toBe(true);
      });

      test('say when their key was written or removed meanwhile', async () => {
        await using store = await open('overtaken');
        await putText(store, 'k', 'before');
        const upload = await store.beginUpload(store.bucket, 'k', {});
        expect(await store.upload(store.bucket, 'k', upload.id)).toMatchObject({ overtaken: false });
        await store.remove(store.bucket, 'k', 'null');
        expect(await store.upload(store.bucket, 'k', upload.id)).toMatchObject({ overtaken: true });
      });
    });

    test('forgets all of a bucket that is dropped, and nothing else', async () => {
      await using store = await open('dropped');
      const version = await putText(store, 'k', 'x');
      const upload = await store.beginUpload(store.bucket, 'k', {});
      await store.put(store.other, 'k', stream('kept'), { versioning: 'off', finish });
      await store.drop(store.bucket);
      expect(await store.isEmpty(store.bucket)).toBe(true);
      expect(await store.read(version)).toBeUndefined();
      expect(await store.upload(store.bucket, 'k', upload.id)).toBeUndefined();
      expect(await store.isEmpty(store.other)).toBe(false);
    });
  });
}

/** Those of the keys that the driver can hold beside each other. */
function storable(keys: readonly string[], { nestedKeys, emptySegments }: Lacks): readonly string[] {
  return keys.filter((key) => {
    if (emptySegments && /^\/|\/\//.test(key)) return false;
    return !nestedKeys || !keys.some((each) => each.startsWith(`${key}/`) && each !== key);
  });
}

/** All pages of a listing, each begun behind the last entry of the one before. */
async function pages(store: TestedStore, prefix: string, delimiter: string | undefined, limit: number) {
  const names: string[] = [];
  for (let after: string | undefined; ; ) {
    const { entries, truncated } = await store.list(store.bucket, { prefix, delimiter, after, limit });
    names.push(...entries.map((entry) => (entry.kind === 'version' ? entry.version.key : entry.prefix)));
    if (!truncated) return names;
    after = names.at(-1);
  }
}

function naive(keys: readonly string[], prefix: string, delimiter: string | undefined): readonly string[] {
  const names = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : key.slice(0, at + (delimiter?.length ?? 0));
    });
  return [...new Set(names)].sort((a, b) => Buffer.from(a).compare(Buffer.from(b)));
}

import type { ListEntry, ListQuery, ObjectListing, VersionQuery } from '../../../core/ports/object-store.ts';
import { type MinioLink, refusalOf } from '../link.ts';
import { decodeKey, elements, textOf } from '../xml.ts';
import { minioVersionId, NULL_VERSION } from './version-id.ts';
import type { StoredObject, Versions } from './versions.ts';

/** Lists a bucket of MinIO. */
export interface Listings {
  current(bucket: string, query: ListQuery): Promise<ObjectListing>;
  versions(bucket: string, query: VersionQuery): Promise<ObjectListing>;
  /** All versions as MinIO knows them, page by page. */
  stored(bucket: string): AsyncIterable<readonly StoredObject[]>;
  /** Those of one key. */
  storedAs(bucket: string, key: string): Promise<readonly StoredObject[]>;
}

/** A page as MinIO answers it. */
interface Page {
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
}

interface ListedObject extends StoredObject {
  readonly isLatest: boolean;
}

const NOTHING: Page = { objects: [], prefixes: [], truncated: false };
/** Asked for one object, MinIO looks no further than for one that is named as the prefix. */
const MIN_PAGE = 2;
/** MinIO gives no more. */
const MAX_PAGE = 1000;
/** Behind everything that begins with what stands before it. */
const LAST = '\u{10ffff}';

export function createListings(minio: MinioLink, versions: Versions): Listings {
  const page = async (bucket: string, query: Readonly<Record<string, string>>): Promise<Page> => {
    // MinIO takes such slashes away, and would list what does not begin so; no key of its own does.
    if (/^\/|\/\//.test(query['prefix'] ?? '')) return NOTHING;
    const all = { ...query, metadata: 'true', 'encoding-type': 'url' };
    const answer = await minio.send({ method: 'GET', bucket, query: all });
    if (answer.status !== 200 && answer.status !== 404) throw await refusalOf(answer, `the listing of ${bucket}`);
    const text = await answer.text();
    return answer.status === 404 ? NOTHING : parsePage(bucket, text);
  };
  const shown = async (pages: readonly Page[], limit: number): Promise<ObjectListing> => {
    const lines = pages.flatMap(linesOf);
    const entries = lines.slice(0, limit).map(async (line): Promise<ListEntry> => {
      if ('prefix' in line) return { kind: 'prefix', prefix: line.prefix };
      return { kind: 'version', version: await versions.describe(line), latest: line.isLatest };
    });
    const truncated = lines.length > limit || (pages.at(-1)?.truncated ?? false);
    return { entries: await Promise.all(entries), truncated };
  };
  /** Asks for pages until there are enough lines or no more. */
  const gather = async (
    limit: number,
    next: (last: Line | undefined, room: number) => Promise<Page>,
  ): Promise<ObjectListing> => {
    const pages: Page[] = [];
    let last: Line | undefined;
    for (let left = limit; left > 0; ) {
      const found = await next(last, Math.max(MIN_PAGE, Math.min(left, MAX_PAGE)));
      const lines = linesOf(found);
      pages.push(found);
      last = lines.at(-1);
      left -= lines.length;
      if (!found.truncated || last === undefined) break;
    }
    return shown(pages, limit);
  };
  async function* stored(bucket: string, prefix: string): AsyncGenerator<readonly StoredObject[]> {
    for (let last: ListedObject | undefined; ; ) {
      const marker = last ? { 'key-marker': last.key, 'version-id-marker': last.versionId } : {};
      const found = await page(bucket, { versions: '', prefix, ...marker });
      yield found.objects;
      last = found.objects.at(-1);
      if (!found.truncated || !last) return;
    }
  }
  return {
    current(bucket, { prefix, delimiter, after, limit }) {
      const first = startAfter(prefix, delimiter, after);
      return gather(limit, (last, room) =>
        page(bucket, {
          'list-type': '2',
          prefix,
          'max-keys': String(room),
          ...(delimiter ? { delimiter } : {}),
          ...startQuery('start-after', last ? behind(last) : first),
        }),
      );
    },

    versions(bucket, { prefix, delimiter, after, afterVersionId, limit }) {
      const first = startAfter(prefix, delimiter, after);
      return gather(limit, (last, room) => {
        const marker = last ? behind(last) : first;
        const version = last ? ('prefix' in last ? undefined : last.versionId) : markedVersion(afterVersionId);
        return page(bucket, {
          versions: '',
          prefix,
          'max-keys': String(room),
          ...(delimiter ? { delimiter } : {}),
          ...startQuery('key-marker', marker),
          ...(version === undefined ? {} : { 'version-id-marker': version }),
        });
      });
    },

    stored: (bucket) => stored(bucket, ''),

    async storedAs(bucket, key) {
      const all: StoredObject[] = [];
      for await (const found of stored(bucket, key)) {
        const same = found.filter((each) => each.key === key);
        all.push(...same);
        // They come first of all that begin with the key.
        if (same.length < found.length) break;
      }
      return all;
    },
  };
}

type Line = ListedObject | { readonly prefix: string };

const markedVersion = (shown: string | undefined) => (shown === undefined ? undefined : minioVersionId(shown));

const startQuery = (name: string, marker: string | undefined): Record<string, string> =>
  marker === undefined || marker === '' ? {} : { [name]: marker };

const behind = (line: Line) => ('prefix' in line ? line.prefix + LAST : line.key);

/** No key begins with a slash, so what comes behind one that does is what comes behind this. */
const BEFORE_0 = `.${LAST}`;

/** A marker within a common prefix stands for the whole of it. MinIO takes none that lies outside of the prefix. */
function startAfter(prefix: string, delimiter: string | undefined, after: string | undefined): string | undefined {
  if (!after) return undefined;
  if (!after.startsWith(prefix)) return compare(after, prefix) < 0 ? undefined : prefix + LAST;
  if (after.startsWith('/')) return BEFORE_0;
  const at = delimiter ? after.indexOf(delimiter, prefix.length) : -1;
  return at < 0 ? after : after.slice(0, at + (delimiter?.length ?? 0)) + LAST;
}

/** Objects and common prefixes in one order, that of the bytes of their names. */
function linesOf({ objects, prefixes }: Page): readonly Line[] {
  const lines: Line[] = [...objects, ...prefixes.map((prefix) => ({ prefix }))];
  const nameOf = (line: Line) => ('prefix' in line ? line.prefix : line.key);
  // Versions of one key keep MinIO's order, newest first: sorting is stable.
  return prefixes.length === 0 ? lines : lines.sort((a, b) => compare(nameOf(a), nameOf(b)));
}

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function parsePage(bucket: string, text: string): Page {
  const prefixes = elements(text, 'CommonPrefixes').map((each) => decodeKey(textOf(each, 'Prefix') ?? ''));
  const lines = text.matchAll(/<(Contents|Version|DeleteMarker)>([\s\S]*?)<\/\1>/g);
  const objects = [...lines].map(([, kind, line = '']) => listedObject(bucket, kind === 'DeleteMarker', line));
  return { objects, prefixes, truncated: textOf(text, 'IsTruncated') === 'true' };
}

function listedObject(bucket: string, deleteMarker: boolean, line: string): ListedObject {
  const [metadata = ''] = elements(line, 'UserMetadata');
  const headers = [...metadata.matchAll(/<([\w.-]+)>([\s\S]*?)<\/\1>/g)].map(
    ([whole, name = '']) => [name.toLowerCase(), textOf(whole, name) ?? ''] as const,
  );
  const tags = textOf(line, 'UserTags');
  return {
    bucket,
    key: decodeKey(textOf(line, 'Key') ?? ''),
    versionId: textOf(line, 'VersionId') ?? NULL_VERSION,
    size: Number(textOf(line, 'Size')),
    etag: (textOf(line, 'ETag') ?? '').replaceAll('"', ''),
    modifiedAtMs: Date.parse(textOf(line, 'LastModified') ?? ''),
    deleteMarker,
    headers: Object.fromEntries(tags ? [...headers, ['x-amz-tagging-count', '1']] : headers),
    isLatest: textOf(line, 'IsLatest') !== 'false',
  };
}

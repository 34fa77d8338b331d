import type { ListEntry, ListQuery, ObjectListing, VersionQuery } from '../../../core/ports/object-store.ts';
import { atKey, behindKey, behindPrefix, type KeyBound, type KeyIndex } from '../key-index.ts';
import type { StoredVersion } from './records.ts';

/** All versions of one key, newest first; never empty. */
export interface KeyVersions {
  readonly key: string;
  versions: readonly StoredVersion[];
}

/** Current objects in order; keys under one common prefix are stepped over, not walked. */
export function listCurrent(keys: KeyIndex<KeyVersions>, query: ListQuery): ObjectListing {
  return walk(keys, query, startOf(query), ({ versions: [newest] }) =>
    newest && !newest.deleteMarker ? [{ kind: 'version', version: newest, latest: true }] : [],
  );
}

/** All versions in order, newest first within a key. */
export function listAllVersions(keys: KeyIndex<KeyVersions>, query: VersionQuery): ObjectListing {
  const { after, afterVersionId } = query;
  const resumes = after !== undefined && afterVersionId !== undefined;
  const start = resumes ? atKey(after) : startOf(query);
  return walk(keys, query, start, ({ key, versions }) => {
    const listed = versions.map((version, at): ListEntry => ({ kind: 'version', version, latest: at === 0 }));
    if (!resumes || key !== after) return listed;
    const at = versions.findIndex((version) => version.versionId === afterVersionId);
    return at < 0 ? [] : listed.slice(at + 1);
  });
}

/** Behind the marker; a marker within a common prefix stands for the whole of it, which was listed before. */
function startOf({ prefix, delimiter, after }: ListQuery): KeyBound {
  const start = atKey(prefix);
  if (after === undefined || after === '') return start;
  const common = after.startsWith(prefix) ? commonPrefix(after, prefix, delimiter) : undefined;
  const behind = common === undefined ? behindKey(after) : behindPrefix(common);
  return later(start, behind);
}

function later(a: KeyBound, b: KeyBound): KeyBound {
  if (a < b) return b;
  return a;
}

function walk(
  keys: KeyIndex<KeyVersions>,
  { prefix, delimiter, limit }: ListQuery,
  start: KeyBound,
  entriesOf: (key: KeyVersions) => readonly ListEntry[],
): ObjectListing {
  const entries: ListEntry[] = [];
  if (limit === 0) return { entries, truncated: false };
  let bound: KeyBound | undefined = start;
  while (bound !== undefined) {
    const from: KeyBound = bound;
    bound = undefined;
    for (const held of keys.from(from)) {
      if (!held.key.startsWith(prefix)) break;
      const common = commonPrefix(held.key, prefix, delimiter);
      const found = entriesOf(held);
      if (found.length === 0) continue;
      const shown: readonly ListEntry[] = common === undefined ? found : [{ kind: 'prefix', prefix: common }];
      const room = limit - entries.length;
      entries.push(...shown.slice(0, room));
      if (shown.length > room) return { entries, truncated: true };
      if (common !== undefined) {
        bound = behindPrefix(common);
        break;
      }
    }
  }
  return { entries, truncated: false };
}

/** The key up to and with the first delimiter behind the prefix. */
function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

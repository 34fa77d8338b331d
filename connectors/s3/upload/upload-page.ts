import type { Upload } from '../../../src/core/ports/object-store.ts';

/** Which uploads are asked for. */
export interface UploadQuery {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
  readonly limit: number;
}

/** A page of uploads, and where the next begins. */
export interface UploadPage {
  readonly uploads: readonly Upload[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** Of the last upload on the page; empty when it ends with a common prefix or holds nothing. */
  readonly nextKey: string;
  readonly nextUploadId: string;
}

/** A page of the uploads in progress, which come sorted by key and age. */
export function uploadPage(all: readonly Upload[], query: UploadQuery): UploadPage {
  const uploads: Upload[] = [];
  const prefixes: string[] = [];
  let truncated = false;
  let last: Upload | undefined;
  for (const upload of behindMarkers(all, query)) {
    const common = commonPrefix(upload.key, query);
    if (common !== undefined && (prefixes.includes(common) || query.keyMarker.startsWith(common))) continue;
    if (uploads.length + prefixes.length === query.limit) {
      truncated = query.limit > 0;
      break;
    }
    last = common === undefined ? upload : undefined;
    if (common === undefined) uploads.push(upload);
    else prefixes.push(common);
  }
  const nextKey = last?.key ?? (truncated ? (prefixes.at(-1) ?? '') : '');
  return { uploads, prefixes, truncated, nextKey, nextUploadId: last?.id ?? '' };
}

function behindMarkers(all: readonly Upload[], { prefix, keyMarker, uploadIdMarker }: UploadQuery): readonly Upload[] {
  const marked = all.findIndex(({ key, id }) => key === keyMarker && id === uploadIdMarker);
  const rest = marked < 0 ? all.filter(({ key }) => isAfter(key, keyMarker)) : all.slice(marked + 1);
  return rest.filter(({ key }) => key.startsWith(prefix));
}

const isAfter = (key: string, marker: string) => marker === '' || Buffer.from(key).compare(Buffer.from(marker)) > 0;

function commonPrefix(key: string, { prefix, delimiter }: UploadQuery): string | undefined {
  const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + (delimiter?.length ?? 0));
}

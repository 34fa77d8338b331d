import { createHash } from 'node:crypto';
import type {
  ListEntry,
  ObjectListing,
  ObjectStore,
  ObjectVersion,
  PutOutcome,
  Upload,
} from '../../src/core/ports/object-store.ts';

/** A store in which every bucket has another name than it is called by, so that tests can share what lies beneath. */
export function withRenamedBuckets(store: ObjectStore, prefix: string): ObjectStore {
  const names = new Map<string, string>();
  const inner = (bucket: string) => {
    // No longer than a bucket's name may be.
    const name = prefix + createHash('sha256').update(bucket).digest('hex').slice(0, 16);
    names.set(name, bucket);
    return name;
  };
  const outer = <Of extends { readonly bucket: string }>(of: Of): Of => ({
    ...of,
    bucket: names.get(of.bucket) ?? '',
  });
  const turned = <Of extends { readonly bucket: string }>(of: Of): Of => ({ ...of, bucket: inner(of.bucket) });
  const maybe = <Of extends { readonly bucket: string }>(of: Of | undefined) => of && outer(of);
  const entry = (each: ListEntry): ListEntry =>
    each.kind === 'version' ? { ...each, version: outer(each.version) } : each;
  const listing = ({ entries, truncated }: ObjectListing) => ({ entries: entries.map(entry), truncated });
  const written = (outcome: PutOutcome): PutOutcome => {
    if (outcome.kind === 'stored') return { ...outcome, version: outer(outcome.version) };
    return outcome.kind === 'refused' ? { ...outcome, current: maybe(outcome.current) } : outcome;
  };
  const removed = <
    Outcome extends { readonly current?: ObjectVersion | undefined; readonly version?: ObjectVersion | undefined },
  >(
    outcome: Outcome,
  ): Outcome => ({
    ...outcome,
    ...('current' in outcome ? { current: maybe(outcome.current) } : {}),
    ...('version' in outcome ? { version: maybe(outcome.version) } : {}),
  });
  return {
    ...store,
    put: async (bucket, ...rest) => written(await store.put(inner(bucket), ...rest)),
    get: async (bucket, ...rest) => maybe(await store.get(inner(bucket), ...rest)),
    read: (version, range) => store.read(turned(version), range),
    describe: async (version, attributes) => maybe(await store.describe(turned(version), attributes)),
    remove: async (bucket, ...rest) => removed(await store.remove(inner(bucket), ...rest)),
    mark: async (bucket, ...rest) => removed(await store.mark(inner(bucket), ...rest)),
    list: async (bucket, query) => listing(await store.list(inner(bucket), query)),
    listVersions: async (bucket, query) => listing(await store.listVersions(inner(bucket), query)),
    isEmpty: (bucket) => store.isEmpty(inner(bucket)),
    drop: (bucket) => store.drop(inner(bucket)),
    declare: (bucket, versioning) => store.declare(inner(bucket), versioning),
    // Those of other tests are none of its own.
    buckets: async () => [],
    beginUpload: async (bucket, ...rest) => outer(await store.beginUpload(inner(bucket), ...rest)),
    upload: async (bucket, ...rest) => maybe<Upload>(await store.upload(inner(bucket), ...rest)),
    uploads: async (bucket) => (await store.uploads(inner(bucket))).map(outer),
    putPart: (upload, ...rest) => store.putPart(turned(upload), ...rest),
    parts: (upload) => store.parts(turned(upload)),
    complete: async (upload, ...rest) => written(await store.complete(turned(upload), ...rest)),
    abort: (upload) => store.abort(turned(upload)),
  };
}

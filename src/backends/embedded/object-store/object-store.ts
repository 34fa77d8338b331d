import type { Clock } from '../../../core/clock.ts';
import type {
  Expectation,
  ObjectStore,
  ObjectVersion,
  PutOutcome,
  Versioning,
} from '../../../core/ports/object-store.ts';
import type { Random } from '../../../core/random.ts';
import { createKeyIndex, type KeyIndex } from '../key-index.ts';
import type { Store } from '../store.ts';
import { type BodyPiece, createObjectBodies } from './bodies.ts';
import { type KeyVersions, listAllVersions, listCurrent } from './listing.ts';
import { openObjectRecords, type StoredVersion } from './records.ts';
import { openUploads } from './uploads.ts';

/** The id of a version that was written without versioning. */
const NULL_VERSION = 'null';
const VERSION_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';

/** Nobody writes there past this port. */
const UNSHARED: Pick<ObjectStore, 'declare' | 'buckets' | 'heed' | 'hear'> = {
  declare: async () => {},
  buckets: async () => [],
  heed: () => ({ [Symbol.dispose]: () => {} }),
  hear: async () => {},
};

/**
 * Object store on files and the embedded store: keys and metadata are held in memory and written through, bodies are files.
 * The order of a write is file, then metadata, then the removal of files that it replaced, so that a process killed in
 * between leaves files that nothing names, and the next start removes them.
 *
 * @param options.directory folder of the bodies; `undefined` keeps nothing beyond this process.
 */
export async function openObjectStore(options: {
  readonly store: Store;
  readonly directory: string | undefined;
  readonly fsync?: boolean;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<ObjectStore> {
  const { clock, random } = options;
  const records = openObjectRecords(options.store);
  const bodies = createObjectBodies({ directory: options.directory, fsync: options.fsync ?? false, random });
  const buckets = new Map<string, KeyIndex<KeyVersions>>();
  let lastSequence = 0;
  const nextSequence = () => ++lastSequence;
  const newest = (bucket: string, key: string) => buckets.get(bucket)?.get(key)?.versions[0];
  const uploads = openUploads({ records, bodies, clock, random, nextSequence, newest });
  load();
  await bodies.sweep(new Set([...allPieces(), ...uploads.pieces()].map(({ id }) => id)));

  function load(): void {
    for (const version of records.versions()) {
      lastSequence = Math.max(lastSequence, version.sequence);
      insert(version);
    }
    lastSequence = Math.max(lastSequence, uploads.load());
  }

  function* allPieces(): Iterable<BodyPiece> {
    for (const keys of buckets.values()) {
      for (const { versions } of keys.values()) for (const { pieces } of versions) yield* pieces;
    }
  }

  /** Rows are loaded in the order of their sequence, so the newest always comes first. */
  function insert(version: StoredVersion): void {
    const keys = buckets.get(version.bucket) ?? createKeyIndex<KeyVersions>();
    buckets.set(version.bucket, keys);
    const held = keys.get(version.key);
    if (held) held.versions = [version, ...held.versions];
    else keys.set(version.key, { key: version.key, versions: [version] });
  }

  function takeOut(version: StoredVersion): void {
    const keys = buckets.get(version.bucket);
    const held = keys?.get(version.key);
    if (!keys || !held) return;
    held.versions = held.versions.filter(({ sequence }) => sequence !== version.sequence);
    if (held.versions.length === 0) keys.delete(version.key);
    if (keys.size === 0) buckets.delete(version.bucket);
  }

  const find = (bucket: string, key: string, versionId: string | undefined) => {
    const versions = buckets.get(bucket)?.get(key)?.versions;
    return versionId === undefined ? versions?.[0] : versions?.find((version) => version.versionId === versionId);
  };

  /** Adds a version and takes out those that it replaces, in memory at once and in one commit. */
  async function commit(version: StoredVersion, versioning: Versioning, also: () => void = () => {}): Promise<void> {
    const present = buckets.get(version.bucket)?.get(version.key)?.versions ?? [];
    const replaced =
      versioning === 'enabled'
        ? []
        : present.filter(({ versionId }) => versioning === 'off' || versionId === NULL_VERSION);
    for (const old of replaced) takeOut(old);
    insert(version);
    uploads.overtake(version.bucket, version.key);
    await records.together(() => {
      for (const old of replaced) records.removeVersion(old);
      records.putVersion(version);
      also();
    });
    for (const old of replaced) await bodies.remove(old.pieces);
  }

  const newVersion = (
    versioning: Versioning,
    facts: Pick<StoredVersion, 'bucket' | 'key' | 'size' | 'etag' | 'deleteMarker' | 'attributes' | 'pieces'>,
  ): StoredVersion => {
    const sequence = nextSequence();
    return {
      ...facts,
      versionId: versioning === 'enabled' ? random.text(32, VERSION_ALPHABET) : NULL_VERSION,
      id: String(sequence),
      sequence,
      modifiedAtMs: clock.nowMs(),
    };
  };

  return {
    driver: 'embedded',

    async put(bucket, key, body, { versioning, expect, finish }) {
      const { piece, ...received } = await bodies.receive(body);
      let stored = false;
      try {
        const { etag, attributes } = finish(received);
        const current = newest(bucket, key);
        if (!holds(expect, current)) return { kind: 'refused', current };
        const facts = { bucket, key, size: received.size, etag, deleteMarker: false, attributes, pieces: [piece] };
        const version = newVersion(versioning, facts);
        stored = true;
        await commit(version, versioning);
        return { kind: 'stored', version };
      } finally {
        if (!stored) await bodies.remove([piece]);
      }
    },

    get: async (bucket, key, versionId) => find(bucket, key, versionId),

    async read(version, range) {
      const held = find(version.bucket, version.key, version.versionId);
      if (held?.id !== version.id) return undefined;
      return bodies.read(held.pieces, range ?? { first: 0, last: held.size - 1 });
    },

    async describe({ bucket, key, versionId, id }, attributes) {
      const keyVersions = buckets.get(bucket)?.get(key);
      const held = keyVersions?.versions.find((version) => version.versionId === versionId);
      if (!keyVersions || held?.id !== id) return undefined;
      const changed = { ...held, attributes };
      keyVersions.versions = keyVersions.versions.map((version) => (version === held ? changed : version));
      await records.together(() => records.putVersion(changed));
      return changed;
    },

    async remove(bucket, key, versionId, expect) {
      const current = newest(bucket, key);
      if (!holds(expect, current)) return { kind: 'refused', current };
      const version = find(bucket, key, versionId);
      uploads.overtake(bucket, key);
      if (!version) return { kind: 'removed', version };
      takeOut(version);
      await records.together(() => records.removeVersion(version));
      await bodies.remove(version.pieces);
      return { kind: 'removed', version };
    },

    async mark(bucket, key, { versioning, expect, attributes }) {
      const current = newest(bucket, key);
      if (!holds(expect, current)) return { kind: 'refused', current };
      const facts = { bucket, key, size: 0, etag: '', deleteMarker: true, attributes, pieces: [] };
      const marker = newVersion(versioning, facts);
      await commit(marker, versioning);
      return { kind: 'removed', version: marker };
    },

    list: async (bucket, query) => listCurrent(buckets.get(bucket) ?? createKeyIndex(), query),
    listVersions: async (bucket, query) => listAllVersions(buckets.get(bucket) ?? createKeyIndex(), query),
    isEmpty: async (bucket) => !buckets.has(bucket),

    async drop(bucket) {
      const versions = [...(buckets.get(bucket)?.values() ?? [])].flatMap((held) => held.versions);
      buckets.delete(bucket);
      await records.together(() => {
        for (const version of versions) records.removeVersion(version);
      });
      for (const { pieces } of versions) await bodies.remove(pieces);
      await uploads.drop(bucket);
    },

    ...UNSHARED,
    beginUpload: uploads.begin,
    upload: async (bucket, key, id) => uploads.find(bucket, key, id),
    uploads: async (bucket) => uploads.list(bucket),
    putPart: uploads.putPart,
    parts: async (upload) => uploads.parts(upload.id),
    abort: uploads.abort,

    async complete({ bucket, key, id }, parts, { versioning, expect, etag, attributes }): Promise<PutOutcome> {
      const current = newest(bucket, key);
      if (!holds(expect, current)) return { kind: 'refused', current };
      const taken = uploads.take(id, parts);
      if (!taken) return { kind: 'gone' };
      const { pieces } = taken;
      const facts = { bucket, key, size: sizeOf(pieces), etag, deleteMarker: false, attributes, pieces };
      const version: StoredVersion = { ...newVersion(versioning, facts), partSizes: pieces.map(({ size }) => size) };
      await commit(version, versioning, taken.forget);
      await bodies.remove(taken.unused);
      return { kind: 'stored', version };
    },

    [Symbol.asyncDispose]: () => bodies.close(),
  };
}

const sizeOf = (pieces: readonly BodyPiece[]) => pieces.reduce((sum, { size }) => sum + size, 0);

function holds(expect: Expectation | undefined, newest: ObjectVersion | undefined): boolean {
  if (!expect) return true;
  const current = newest?.deleteMarker ? undefined : newest;
  return expect.kind === 'absent' ? current === undefined : current?.etag === expect.etag;
}

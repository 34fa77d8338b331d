import type { ObjectVersion, UploadPart } from '../../../core/ports/object-store.ts';
import type { Store } from '../store.ts';
import type { BodyPiece } from './bodies.ts';

/** A version as it is stored: with the files that hold its body, and its place in the order of writes. */
export interface StoredVersion extends ObjectVersion {
  /** Unique in this store and growing with each write. */
  readonly sequence: number;
  readonly pieces: readonly BodyPiece[];
}

/** An upload in progress. */
export interface UploadRecord {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly startedAtMs: number;
  readonly sequence: number;
  readonly attributes: ObjectVersion['attributes'];
}

/** A part with the file that holds it. */
export interface StoredPart extends UploadPart {
  readonly piece: BodyPiece;
}

/** The tables of an object store. Writes inside `together` become one commit. */
export interface ObjectRecords {
  versions(): Iterable<StoredVersion>;
  uploads(): Iterable<UploadRecord>;
  parts(): Iterable<readonly [uploadId: string, part: StoredPart]>;
  putVersion(version: StoredVersion): void;
  removeVersion(version: StoredVersion): void;
  putUpload(upload: UploadRecord): void;
  removeUpload(id: string): void;
  putPart(uploadId: string, part: StoredPart): void;
  removePart(uploadId: string, number: number): void;
  together(write: () => void): Promise<void>;
}

/** Rows are keyed by sequence, not by object key: an object key may be as long as LMDB's limit. */
export function openObjectRecords(store: Store): ObjectRecords {
  const versions = store.table<StoredVersion>('object-version');
  const uploads = store.table<UploadRecord>('object-upload');
  const parts = store.table<StoredPart>('object-part');
  const rowOf = (version: StoredVersion) => version.sequence.toString(36).padStart(11, '0');
  return {
    *versions() {
      // Ids are not in data directories of versions that had none.
      for (const [, version] of versions.load()) yield { ...version, id: String(version.sequence) };
    },
    *uploads() {
      for (const [, upload] of uploads.load()) yield upload;
    },
    *parts() {
      for (const [row, part] of parts.load()) yield [row.slice(0, row.lastIndexOf('/')), part] as const;
    },
    putVersion: (version) => void versions.put(rowOf(version), version),
    removeVersion: (version) => void versions.remove(rowOf(version)),
    putUpload: (upload) => void uploads.put(upload.id, upload),
    removeUpload: (id) => void uploads.remove(id),
    putPart: (uploadId, part) => void parts.put(`${uploadId}/${part.number}`, part),
    removePart: (uploadId, number) => void parts.remove(`${uploadId}/${number}`),
    together: (write) => store.together(write),
  };
}

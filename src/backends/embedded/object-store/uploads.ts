import type { Clock } from '../../../core/clock.ts';
import type { ByteStream } from '../../../core/operation.ts';
import type { FinishBody, ObjectAttributes, Upload, UploadPart } from '../../../core/ports/object-store.ts';
import type { Random } from '../../../core/random.ts';
import type { BodyPiece, ObjectBodies } from './bodies.ts';
import type { ObjectRecords, StoredPart, StoredVersion, UploadRecord } from './records.ts';

/** Uploads in parts that have not ended. */
export interface Uploads {
  /** Reads what was stored; returns the highest sequence in it. */
  load(): number;
  pieces(): Iterable<BodyPiece>;
  begin(bucket: string, key: string, attributes: ObjectAttributes): Promise<Upload>;
  find(bucket: string, key: string, id: string): Upload | undefined;
  list(bucket: string): readonly Upload[];
  putPart(upload: Upload, number: number, body: ByteStream, finish: FinishBody): Promise<UploadPart | undefined>;
  parts(id: string): readonly StoredPart[];
  /** Ends the upload in memory; `forget` belongs into the commit that makes its parts an object. */
  take(id: string, parts: readonly UploadPart[]): TakenUpload | undefined;
  /** Notes that the key was written or removed. */
  overtake(bucket: string, key: string): void;
  abort(upload: Upload): Promise<boolean>;
  drop(bucket: string): Promise<void>;
}

export interface TakenUpload {
  readonly pieces: readonly BodyPiece[];
  readonly unused: readonly BodyPiece[];
  forget(): void;
}

interface OpenUpload {
  readonly record: UploadRecord;
  readonly parts: Map<number, StoredPart>;
  overtaken: boolean;
}

const UPLOAD_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-';
const UPLOAD_ID_LENGTH = 128;

export function openUploads(options: {
  readonly records: ObjectRecords;
  readonly bodies: ObjectBodies;
  readonly clock: Clock;
  readonly random: Random;
  readonly nextSequence: () => number;
  readonly newest: (bucket: string, key: string) => StoredVersion | undefined;
}): Uploads {
  const { records, bodies, clock, random } = options;
  const open = new Map<string, OpenUpload>();

  const shown = ({ record, overtaken }: OpenUpload): Upload => {
    const { sequence: _order, ...upload } = record;
    return { ...upload, overtaken };
  };
  const ordered = ({ parts }: OpenUpload) => [...parts.values()].sort((a, b) => a.number - b.number);
  const forget = (upload: OpenUpload) => {
    records.removeUpload(upload.record.id);
    for (const { number } of upload.parts.values()) records.removePart(upload.record.id, number);
  };
  const end = async (upload: OpenUpload) => {
    open.delete(upload.record.id);
    await records.together(() => forget(upload));
    await bodies.remove([...upload.parts.values()].map(({ piece }) => piece));
  };

  return {
    load() {
      let last = 0;
      for (const record of records.uploads()) {
        last = Math.max(last, record.sequence);
        const overtaken = (options.newest(record.bucket, record.key)?.sequence ?? 0) > record.sequence;
        open.set(record.id, { record, parts: new Map(), overtaken });
      }
      for (const [id, part] of records.parts()) open.get(id)?.parts.set(part.number, part);
      return last;
    },

    *pieces() {
      for (const { parts } of open.values()) for (const { piece } of parts.values()) yield piece;
    },

    async begin(bucket, key, attributes) {
      const id = random.text(UPLOAD_ID_LENGTH, UPLOAD_ALPHABET);
      const record = { id, bucket, key, startedAtMs: clock.nowMs(), sequence: options.nextSequence(), attributes };
      const upload = { record, parts: new Map(), overtaken: false };
      open.set(id, upload);
      await records.together(() => records.putUpload(record));
      return shown(upload);
    },

    find(bucket, key, id) {
      const upload = open.get(id);
      return upload?.record.bucket === bucket && upload.record.key === key ? shown(upload) : undefined;
    },

    list: (bucket) =>
      [...open.values()]
        .filter(({ record }) => record.bucket === bucket)
        .sort(
          (a, b) =>
            Buffer.from(a.record.key).compare(Buffer.from(b.record.key)) || a.record.sequence - b.record.sequence,
        )
        .map(shown),

    async putPart({ id }, number, body, finish) {
      const { piece, ...received } = await bodies.receive(body);
      const upload = open.get(id);
      let stored = false;
      try {
        const { etag, attributes } = finish(received);
        if (!upload) return undefined;
        const part = { number, size: received.size, etag, modifiedAtMs: clock.nowMs(), attributes, piece };
        const replaced = upload.parts.get(number);
        upload.parts.set(number, part);
        stored = true;
        await records.together(() => records.putPart(id, part));
        if (replaced) await bodies.remove([replaced.piece]);
        return part;
      } finally {
        if (!stored) await bodies.remove([piece]);
      }
    },

    parts: (id) => {
      const upload = open.get(id);
      return upload ? ordered(upload) : [];
    },

    take(id, parts) {
      const upload = open.get(id);
      if (!upload) return undefined;
      // A part may have been replaced since the caller looked: then it is another one.
      const pieces = parts.flatMap(({ number, etag }) => {
        const part = upload.parts.get(number);
        return part?.etag === etag ? part.piece : [];
      });
      if (pieces.length < parts.length) return undefined;
      open.delete(id);
      const used = new Set(pieces);
      const unused = ordered(upload).flatMap(({ piece }) => (used.has(piece) ? [] : [piece]));
      return { pieces, unused, forget: () => forget(upload) };
    },

    overtake(bucket, key) {
      for (const upload of open.values()) {
        if (upload.record.bucket === bucket && upload.record.key === key) upload.overtaken = true;
      }
    },

    async abort({ id }) {
      const upload = open.get(id);
      if (upload) await end(upload);
      return upload !== undefined;
    },

    async drop(bucket) {
      for (const upload of [...open.values()]) if (upload.record.bucket === bucket) await end(upload);
    },
  };
}

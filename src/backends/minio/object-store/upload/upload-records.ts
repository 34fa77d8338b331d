import type { FinishedBody, ObjectAttributes, Upload } from '../../../../core/ports/object-store.ts';
import type { Registry } from '../../../../core/ports/registry.ts';

/** What MinIO cannot hold of an upload in parts. */
export interface UploadRecord {
  readonly key: string;
  /** Of the object to be: MinIO keeps it with the upload. */
  readonly writeId: string;
  readonly startedAtMs: number;
  readonly attributes: ObjectAttributes;
  /** The newest version of the key when it began. */
  readonly before: string | undefined;
  readonly overtaken?: true;
}

/** What MinIO cannot hold of a part. */
export interface PartRecord extends FinishedBody {
  readonly modifiedAtMs: number;
}

/** Which upload. */
export type UploadName = Pick<Upload, 'bucket' | 'id'>;

/** Which part: by its number and the MD5 of its bytes, since MinIO says which of those it has. */
export interface PartName {
  readonly number: number;
  readonly md5: string;
}

/** Uploads and their parts in the registry. */
export interface UploadRecords {
  get(upload: UploadName): Promise<UploadRecord | undefined>;
  put(upload: UploadName, record: UploadRecord): Promise<void>;
  list(bucket: string): Promise<readonly { readonly id: string; readonly record: UploadRecord }[]>;
  /** Forgets an upload with its parts. */
  forget(upload: UploadName): Promise<void>;
  part(upload: UploadName, part: PartName): Promise<PartRecord | undefined>;
  putPart(upload: UploadName, part: PartName, record: PartRecord): Promise<void>;
}

/** Keeps them under the ids that MinIO gave the uploads. */
export function createUploadRecords(registry: Registry): UploadRecords {
  const uploadsOf = (bucket: string) => `minio/upload/${bucket}/`;
  const nameOf = ({ bucket, id }: UploadName) => `${uploadsOf(bucket)}${id}`;
  const partsOf = ({ bucket, id }: UploadName) => `minio/part/${bucket}/${id}/`;
  const partName = (upload: UploadName, { number, md5 }: PartName) => `${partsOf(upload)}${number}/${md5}`;
  return {
    get: async (upload) => (await registry.get<UploadRecord>(nameOf(upload)))?.value,
    put: async (upload, record) => void (await registry.put(nameOf(upload), record)),
    async list(bucket) {
      const entries = await registry.list<UploadRecord>(uploadsOf(bucket));
      return entries.map(({ key, value }) => ({ id: key.slice(uploadsOf(bucket).length), record: value }));
    },
    async forget(upload) {
      await registry.remove(nameOf(upload));
      const parts = await registry.list(partsOf(upload));
      await Promise.all(parts.map(({ key }) => registry.remove(key)));
    },
    part: async (upload, part) => (await registry.get<PartRecord>(partName(upload, part)))?.value,
    putPart: async (upload, part, record) => void (await registry.put(partName(upload, part), record)),
  };
}

import type { ObjectStore, Upload, UploadPart } from '../../../../core/ports/object-store.ts';
import type { Random } from '../../../../core/random.ts';
import { refusalOf } from '../../link.ts';
import { textOf } from '../../xml.ts';
import { sendBody } from '../body.ts';
import { headerQuery } from '../headers.ts';
import { checkStorable } from '../object-key.ts';
import { createComplete, type UploadParts } from './complete-upload.ts';
import { storedParts } from './stored-parts.ts';
import type { PartRecord, UploadRecord } from './upload-records.ts';

/** Uploads in parts that have not ended: MinIO's own, with what it cannot hold of them in the registry. */
export interface Uploads {
  /** What the port does with them. */
  readonly port: Pick<ObjectStore, 'beginUpload' | 'upload' | 'uploads' | 'putPart' | 'parts' | 'complete' | 'abort'>;
  drop(bucket: string): Promise<void>;
  /** Notes that a version of the key was removed: that one was written is seen by which is the newest. */
  overtake(bucket: string, key: string): Promise<void>;
}

export function createUploads(store: UploadParts & { readonly random: Random }): Uploads {
  const { minio, clock, random, buckets, versions, uploads } = store;
  const newestId = async (bucket: string, key: string) => (await versions.find(bucket, key))?.version.id;

  const shown = async (bucket: string, id: string, record: UploadRecord): Promise<Upload> => {
    const { key, startedAtMs, attributes, before } = record;
    const overtaken = record.overtaken ?? (await newestId(bucket, key)) !== before;
    return { id, bucket, key, startedAtMs, attributes, overtaken };
  };

  /** MinIO says of an upload that it never had, too, that it has ended. */
  const abort = async ({ bucket, key, id }: Pick<Upload, 'bucket' | 'key' | 'id'>) => {
    const isOpen = (await uploads.get({ bucket, id })) !== undefined;
    const answer = await minio.send({ method: 'DELETE', bucket, key, query: { uploadId: id } });
    if (answer.status !== 204 && answer.status !== 404) throw await refusalOf(answer, `the end of an upload to ${key}`);
    await answer.text();
    await uploads.forget({ bucket, id });
    return isOpen && answer.status === 204;
  };

  const beginUpload: ObjectStore['beginUpload'] = async (bucket, key, attributes, headers) => {
    checkStorable(key);
    const writeId = random.uuid();
    const query = { uploads: '', ...headerQuery(writeId, headers) };
    const before = await newestId(bucket, key);
    const answer = await buckets.inside(bucket, () => minio.ask({ method: 'POST', bucket, key, query }));
    const id = textOf(await answer.text(), 'UploadId') ?? '';
    const startedAtMs = clock.nowMs();
    await uploads.put({ bucket, id }, { key, writeId, startedAtMs, attributes, before });
    return { id, bucket, key, startedAtMs, attributes, overtaken: false };
  };

  const putPart: ObjectStore['putPart'] = async (upload, number, body, finish, size) => {
    const { bucket, key, id } = upload;
    let part: UploadPart | undefined;
    const answer = await sendBody(
      body,
      size,
      async (received) => {
        const record: PartRecord = { ...finish(received), modifiedAtMs: clock.nowMs() };
        part = { number, size: received.size, ...record };
        await uploads.putPart(upload, { number, md5: received.md5 }, record);
      },
      (outgoing) => {
        const query = { uploadId: id, partNumber: String(number) };
        return minio.send({ method: 'PUT', bucket, key, query, body: outgoing });
      },
    );
    if (answer.status !== 200 && answer.status !== 404) throw await refusalOf(answer, `part ${number} of ${key}`);
    await answer.text();
    if (answer.status === 200) return part;
    await uploads.forget(upload);
    return undefined;
  };

  return {
    port: {
      ...{ beginUpload, putPart, abort },
      complete: createComplete(store),

      async upload(bucket, key, id) {
        const record = await uploads.get({ bucket, id });
        return record?.key === key ? shown(bucket, id, record) : undefined;
      },

      async uploads(bucket) {
        const all = (await uploads.list(bucket)).map(({ id, record }) => shown(bucket, id, record));
        return (await Promise.all(all)).sort(
          (a, b) => Buffer.from(a.key).compare(Buffer.from(b.key)) || a.startedAtMs - b.startedAtMs,
        );
      },

      async parts(upload) {
        const described = ((await storedParts(minio, upload)) ?? []).map(async (part): Promise<UploadPart[]> => {
          const record = await uploads.part(upload, part);
          return record ? [{ number: part.number, size: part.size, ...record }] : [];
        });
        return (await Promise.all(described)).flat();
      },
    },

    async overtake(bucket, key) {
      for (const { id, record } of await uploads.list(bucket)) {
        if (record.key === key) await uploads.put({ bucket, id }, { ...record, overtaken: true });
      }
    },

    async drop(bucket) {
      for (const { id, record } of await uploads.list(bucket)) await abort({ bucket, key: record.key, id });
    },
  };
}

import type { Clock } from '../../../core/clock.ts';
import { ServiceError } from '../../../core/errors.ts';
import type {
  CompleteOptions,
  FinishedBody,
  ObjectAttributes,
  ObjectStore,
  ObjectVersion,
  PutOutcome,
  Upload,
  UploadPart,
} from '../../../core/ports/object-store.ts';
import type { Registry } from '../../../core/ports/registry.ts';
import type { Random } from '../../../core/random.ts';
import type { MinioLink } from '../link.ts';
import { refusalOf } from '../link.ts';
import { elements, escapeXml, textOf } from '../xml.ts';
import { sendBody } from './body.ts';
import type { MinioBuckets } from './buckets.ts';
import { conditionHeaders, holds } from './expectation.ts';
import { headerQuery } from './headers.ts';
import { checkStorable } from './object-key.ts';
import type { ObjectRecords } from './records.ts';
import { NULL_VERSION, shownVersionId } from './version-id.ts';
import type { Versions } from './versions.ts';

/** Uploads in parts that have not ended: MinIO's own, with what it cannot hold of them in the registry. */
export type Uploads = {
  readonly [Method in
    | 'beginUpload'
    | 'upload'
    | 'uploads'
    | 'putPart'
    | 'parts'
    | 'complete'
    | 'abort']: ObjectStore[Method];
} & { drop(bucket: string): Promise<void> };

interface UploadRecord {
  readonly key: string;
  readonly writeId: string;
  readonly startedAtMs: number;
  readonly attributes: ObjectAttributes;
  /** The newest version of the key when it began. */
  readonly before: string | undefined;
}

/** A part is found by its number and the MD5 of its bytes: MinIO says which of those it has. */
interface PartRecord extends FinishedBody {
  readonly modifiedAtMs: number;
}

export function createUploads(options: {
  readonly minio: MinioLink;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly buckets: MinioBuckets;
  readonly versions: Versions;
  readonly records: ObjectRecords;
}): Uploads {
  const { minio, registry, clock, random, buckets, versions, records } = options;
  const uploadsOf = (bucket: string) => `minio/upload/${bucket}/`;
  const nameOf = ({ bucket, id }: Pick<Upload, 'bucket' | 'id'>) => `${uploadsOf(bucket)}${id}`;
  const partsOf = ({ bucket, id }: Pick<Upload, 'bucket' | 'id'>) => `minio/part/${bucket}/${id}/`;
  const partName = (upload: Upload, number: number, md5: string) => `${partsOf(upload)}${number}/${md5}`;
  const newestId = async (bucket: string, key: string) => (await versions.find(bucket, key))?.version.id;

  const shown = async (bucket: string, id: string, { key, startedAtMs, attributes, before }: UploadRecord) => ({
    ...{ id, bucket, key, startedAtMs, attributes },
    overtaken: (await newestId(bucket, key)) !== before,
  });

  /** Removes what is recorded of an upload that MinIO knows no more. */
  const forget = async (upload: Pick<Upload, 'bucket' | 'id'>) => {
    await registry.remove(nameOf(upload));
    for (const { key } of await registry.list(partsOf(upload))) await registry.remove(key);
  };

  /** MinIO says of an upload that it never had, too, that it has ended. */
  const abort = async ({ bucket, key, id }: Pick<Upload, 'bucket' | 'key' | 'id'>) => {
    const isOpen = (await registry.get(nameOf({ bucket, id }))) !== undefined;
    const answer = await minio.send({ method: 'DELETE', bucket, key, query: { uploadId: id } });
    if (answer.status !== 204 && answer.status !== 404) throw await refusalOf(answer, `the end of an upload to ${key}`);
    await answer.text();
    await forget({ bucket, id });
    return isOpen && answer.status === 204;
  };

  /** The parts that MinIO has. */
  const stored = async ({ bucket, key, id }: Upload): Promise<readonly StoredPart[] | undefined> => {
    const found: StoredPart[] = [];
    for (let marker = '0'; ; ) {
      const query = { uploadId: id, 'part-number-marker': marker };
      const answer = await minio.send({ method: 'GET', bucket, key, query });
      const text = await answer.text();
      if (answer.status === 404) return undefined;
      found.push(...elements(text, 'Part').map(storedPart));
      if (textOf(text, 'IsTruncated') !== 'true') return found;
      marker = textOf(text, 'NextPartNumberMarker') ?? '';
    }
  };

  const partsOfUpload = async (upload: Upload): Promise<readonly UploadPart[]> => {
    const parts = await stored(upload);
    const described = (parts ?? []).map(async ({ number, md5, size }): Promise<UploadPart[]> => {
      const record = (await registry.get<PartRecord>(partName(upload, number, md5)))?.value;
      return record ? [{ number, size, ...record }] : [];
    });
    return (await Promise.all(described)).flat();
  };

  const complete = async (upload: Upload, parts: readonly UploadPart[], how: CompleteOptions): Promise<PutOutcome> => {
    const { bucket, key, id } = upload;
    const record = (await registry.get<UploadRecord>(nameOf(upload)))?.value;
    const present = record && (await stored(upload));
    if (!record || !present) return { kind: 'gone' };
    await buckets.ensure(bucket, how.versioning);
    const current = how.expect && (await versions.find(bucket, key));
    if (!holds(how.expect, current)) return { kind: 'refused', current: current?.version };
    const named = await Promise.all(
      parts.map(async ({ number, etag }) => {
        const candidates = present.filter((part) => part.number === number);
        for (const part of candidates) {
          const known = (await registry.get<PartRecord>(partName(upload, number, part.md5)))?.value;
          if (known?.etag === etag) return part;
        }
        return undefined;
      }),
    );
    const used = named.filter((part) => part !== undefined);
    if (used.length < parts.length) return { kind: 'gone' };
    const replaced = how.versioning === 'enabled' ? undefined : await versions.find(bucket, key, NULL_VERSION);
    const partSizes = used.map(({ size }) => size);
    const facts = { etag: how.etag, attributes: how.attributes, modifiedAtMs: clock.nowMs(), partSizes };
    const name = { bucket, key, id: record.writeId };
    await records.put(name, { key, ...facts });
    const answer = await minio.send({
      method: 'POST',
      ...{ bucket, key, query: { uploadId: id } },
      headers: conditionHeaders(how.expect, current),
      body: Buffer.from(completion(used)),
    });
    const text = await answer.text();
    // A completion that takes long is answered 200 before it is known how it ends.
    const code = textOf(text, 'Code');
    if (answer.status !== 200 || code !== undefined) {
      await records.remove(name);
      if (code === 'NoSuchUpload') return { kind: 'gone' };
      if (answer.status === 412 || (how.expect && answer.status === 404)) {
        return { kind: 'refused', current: (await versions.find(bucket, key))?.version };
      }
      throw new ServiceError(code ?? 'InternalError', textOf(text, 'Message') ?? '', { status: answer.status });
    }
    if (replaced) await records.remove({ bucket, key, id: replaced.version.id });
    await forget(upload);
    const size = partSizes.reduce((sum, each) => sum + each, 0);
    const versionId = shownVersionId(answer.headers['x-amz-version-id']);
    const version: ObjectVersion = { ...name, ...facts, versionId, size, deleteMarker: false };
    return { kind: 'stored', version };
  };

  return {
    complete,
    abort,
    parts: partsOfUpload,

    async beginUpload(bucket, key, attributes, headers) {
      checkStorable(key);
      const writeId = random.uuid();
      const asked = { method: 'POST', bucket, key, query: { uploads: '', ...headerQuery(writeId, headers) } } as const;
      const before = await newestId(bucket, key);
      const id = textOf(await (await buckets.inside(bucket, () => minio.ask(asked))).text(), 'UploadId') ?? '';
      const record: UploadRecord = { key, writeId, startedAtMs: clock.nowMs(), attributes, before };
      await registry.put(nameOf({ bucket, id }), record);
      return { id, bucket, key, startedAtMs: record.startedAtMs, attributes, overtaken: false };
    },

    async upload(bucket, key, id) {
      const record = (await registry.get<UploadRecord>(nameOf({ bucket, id })))?.value;
      return record?.key === key ? shown(bucket, id, record) : undefined;
    },

    async uploads(bucket) {
      const entries = await registry.list<UploadRecord>(uploadsOf(bucket));
      const all = entries.map(({ key, value }) => shown(bucket, key.slice(uploadsOf(bucket).length), value));
      return (await Promise.all(all)).sort(
        (a, b) => Buffer.from(a.key).compare(Buffer.from(b.key)) || a.startedAtMs - b.startedAtMs,
      );
    },

    async putPart(upload, number, body, finish, size) {
      const { bucket, key, id } = upload;
      let part: UploadPart | undefined;
      let name = '';
      const answer = await sendBody(
        body,
        size,
        async (received) => {
          const finished = finish(received);
          const record: PartRecord = { ...finished, modifiedAtMs: clock.nowMs() };
          part = { number, size: received.size, ...record };
          name = partName(upload, number, received.md5);
          await registry.put(name, record);
        },
        (outgoing) => {
          const query = { uploadId: id, partNumber: String(number) };
          return minio.send({ method: 'PUT', bucket, key, query, body: outgoing });
        },
      );
      await answer.text();
      if (answer.status === 200) return part;
      if (answer.status !== 404) throw await refusalOf(answer, `part ${number} of ${key}`);
      await forget(upload);
      if (name !== '') await registry.remove(name);
      return undefined;
    },

    async drop(bucket) {
      for (const { key, value } of await registry.list<UploadRecord>(uploadsOf(bucket))) {
        await abort({ bucket, key: value.key, id: key.slice(uploadsOf(bucket).length) });
      }
    },
  };
}

interface StoredPart {
  readonly number: number;
  readonly md5: string;
  readonly size: number;
}

const storedPart = (xml: string): StoredPart => ({
  number: Number(textOf(xml, 'PartNumber')),
  md5: (textOf(xml, 'ETag') ?? '').replaceAll('"', ''),
  size: Number(textOf(xml, 'Size')),
});

function completion(parts: readonly StoredPart[]): string {
  const lines = parts.map(
    ({ number, md5 }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(md5)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${lines.join('')}</CompleteMultipartUpload>`;
}

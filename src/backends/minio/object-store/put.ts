import type { Clock } from '../../../core/clock.ts';
import type { FinishedBody, ObjectStore, PutOutcome, Versioning } from '../../../core/ports/object-store.ts';
import type { Random } from '../../../core/random.ts';
import { type MinioLink, refusalOf } from '../link.ts';
import { sendBody } from './body.ts';
import type { MinioBuckets } from './buckets.ts';
import { conditionHeaders, holds } from './expectation.ts';
import { headerQuery } from './headers.ts';
import { checkStorable } from './object-key.ts';
import type { ObjectRecords, RecordName } from './records.ts';
import { NULL_VERSION, shownVersionId } from './version-id.ts';
import type { FoundVersion, Versions } from './versions.ts';

interface Finished extends FinishedBody {
  readonly size: number;
  readonly modifiedAtMs: number;
}

/** Puts objects: one put is one of MinIO's, whatever its size. */
export function createPut(store: {
  readonly minio: MinioLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly records: ObjectRecords;
  readonly buckets: MinioBuckets;
  readonly versions: Versions;
}): ObjectStore['put'] {
  const { minio, clock, random, records, buckets, versions } = store;
  return async (bucket, key, body, { versioning, expect, finish, size, headers }): Promise<PutOutcome> => {
    checkStorable(key);
    await buckets.ensure(bucket, versioning);
    const current = expect && (await versions.find(bucket, key));
    if (!holds(expect, current)) return refused(current);
    const replaced = replacedBy(versions, bucket, key, versioning);
    replaced.catch(() => {});
    const name = { bucket, key, id: random.uuid() };
    const asked = { method: 'PUT', bucket, key, query: headerQuery(name.id, headers) } as const;
    let finished: Finished | undefined;
    const answer = await sendBody(
      body,
      size,
      async (received) => {
        finished = { ...finish(received), size: received.size, modifiedAtMs: clock.nowMs() };
        const { size: _size, ...record } = finished;
        await records.put(name, { key, ...record });
        // Looked up after the commit it could be this very object, or what came after it.
        await replaced;
      },
      (outgoing) => minio.send({ ...asked, headers: conditionHeaders(expect, current), body: outgoing }),
    );
    if (answer.status !== 200 || !finished) {
      if (finished) await records.remove(name);
      const refusal = await refusalOf(answer, `the put of ${key}`);
      if (refusal.code === 'NoSuchBucket') buckets.miss(bucket);
      if (answer.status !== 412 && !(expect && answer.status === 404)) throw refusal;
      return refused(await versions.find(bucket, key));
    }
    await answer.text();
    const gone = await replaced;
    // Nobody waits for it: a record that stays describes nothing.
    if (gone) records.remove(gone).catch(() => {});
    const versionId = shownVersionId(answer.headers['x-amz-version-id']);
    return { kind: 'stored', version: { ...name, versionId, ...finished, deleteMarker: false } };
  };
}

/** The record of what a write takes the place of. */
export async function replacedBy(
  versions: Versions,
  bucket: string,
  key: string,
  versioning: Versioning,
): Promise<RecordName | undefined> {
  const found = versioning === 'enabled' ? undefined : await versions.find(bucket, key, NULL_VERSION);
  return found && { bucket, key, id: found.version.id };
}

const refused = (current: FoundVersion | undefined): PutOutcome => ({ kind: 'refused', current: current?.version });

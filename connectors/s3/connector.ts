import type { Activity } from '../../src/core/activity.ts';
import type { Scope } from '../../src/core/arn.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Credentials } from '../../src/core/credentials.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { Journal } from '../../src/core/journal.ts';
import { type ByteStream, type OperationFiles, type ServiceApi, serviceApi } from '../../src/core/operation.ts';
import type { ObjectStore } from '../../src/core/ports/object-store.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { Random } from '../../src/core/random.ts';
import type { NotificationConfiguration, ObjectChangeEvent } from '../../src/core/records/s3-event.ts';
import type { Target, Targets } from '../../src/core/target.ts';
import { untilDone } from '../../src/core/waiting/until-done.ts';
import { createIntercept } from './browser/intercept.ts';
import { createBuckets } from './bucket/buckets.ts';
import { accessDenied, noSuchBucket } from './errors.ts';
import { createForeignChanges } from './events/foreign-changes.ts';
import { matchingConfiguration } from './events/notification-configuration.ts';
import { createObjectChanges } from './events/object-changes.ts';
import { createUntoldChanges } from './events/untold-changes.ts';
import type { S3 } from './service.ts';
import { createTarget } from './target.ts';

/** What S3 needs. */
export interface S3Options {
  readonly objects: ObjectStore;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly activity: Activity;
  readonly operations: OperationFiles;
  readonly targets: Targets;
  readonly functions: FunctionDirectory;
  /** Takes an object's change; resolves once everything that it sets off is stored. */
  readonly publish: (event: ObjectChangeEvent) => Promise<void>;
  readonly enforcePolicies: boolean;
  /** Who signed a browser's form, and whether rightly. Without it forms are taken as the default account's. */
  readonly credentials?: Credentials | undefined;
}

/** S3 as the rest of the simulator sees it. */
export interface S3Connector {
  readonly api: ServiceApi;
  readonly target: Target;
  /** The whole of an object, for function archives; `undefined` when there is none. A bucket that is missing, or another account's, is refused. */
  readObject(scope: Scope, bucket: string, key: string, versionId?: string): Promise<Uint8Array | undefined>;
  /** `undefined` when there is no such bucket. */
  notificationConfiguration(bucket: string): Promise<NotificationConfiguration | undefined>;
  /** Begins to tell of what others do in the store. */
  start(): void;
  /** Forgets all buckets and objects. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Creates S3. */
export function createS3(options: S3Options): S3Connector {
  const { objects, clock, random, activity, targets, functions, enforcePolicies } = options;
  const buckets = createBuckets(options.registry, objects);
  const changes = createObjectChanges({ clock, random, publish: options.publish });
  const untold = createUntoldChanges(options.registry);
  const closed = new AbortController();
  let heeding: Disposable | undefined;
  const s3: S3 = { buckets, objects, changes, untold, clock, random, targets, functions, enforcePolicies };
  return {
    api: serviceApi({
      name: 's3',
      service: s3,
      operations: options.operations,
      intercept: createIntercept(s3, options.credentials),
    }),
    target: createTarget(s3),

    async readObject({ account }, name, key, versionId) {
      const bucket = await buckets.find(name);
      if (!bucket) throw noSuchBucket(name);
      if (bucket.account !== account) throw accessDenied();
      const version = await objects.get(name, key, versionId, true);
      const body = version && !version.deleteMarker ? await objects.read(version) : undefined;
      return body && (await gather(body));
    },

    async notificationConfiguration(name) {
      const bucket = await buckets.find(name);
      return bucket && matchingConfiguration(bucket);
    },

    async reset() {
      for (const { name, isAdopted } of await buckets.list()) {
        await buckets.remove(name);
        await untold.drop(name);
        if (!isAdopted) await objects.drop(name);
      }
    },

    start() {
      heeding ??= objects.heed(createForeignChanges({ buckets, changes, clock }));
      // So that what others do there is heard from now on; a store that does not answer is heard when it does.
      activity
        .during('finding buckets', () => untilDone(() => buckets.list(), closed.signal))
        .catch((error: unknown) => tellUnheard(options.journal, error));
    },

    async close() {
      closed.abort(new Error('S3 is closed'));
      heeding?.[Symbol.dispose]();
    },
  };
}

/** MinIO may refuse for a moment what is being removed; whoever lists the buckets looks at them again. */
function tellUnheard(journal: Journal, error: unknown): void {
  const what = `The store's buckets could not be looked at: ${String(error)}. What others do in them is heard once they are listed`;
  journal.append({ kind: 'fault', what });
}

async function gather(body: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

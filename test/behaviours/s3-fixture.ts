import { expect } from 'vitest';
import { createS3 } from '../../connectors/s3/connector.ts';
import { openObjectStore } from '../../src/backends/embedded/object-store/object-store.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { createActivity } from '../../src/core/activity.ts';
import type { Clock } from '../../src/core/clock.ts';
import { createCredentials } from '../../src/core/credentials.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { ByteStream, RequestContext } from '../../src/core/operation.ts';
import type { ObjectStore } from '../../src/core/ports/object-store.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import type { ObjectChangeEvent } from '../../src/core/records/s3-event.ts';
import type { Delivery, ResourceDescription, Target } from '../../src/core/target.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { operationFiles } from '../../src/package-files.ts';

export const START_MS = Date.parse('2026-01-01T00:00:00Z');
export const ACCOUNT = '000000000000';

/** An answer with whatever members it has. */
// biome-ignore lint/suspicious/noExplicitAny: tests read the answers of many operations through one function
export type Answer = any;

export const CONTEXT: RequestContext = {
  account: ACCOUNT,
  region: 'us-east-1',
  requestId: 'REQUEST',
  hostId: 'host',
  origin: 'http://localhost:4566',
  caller: { accessKeyId: 'test', arn: `arn:aws:iam::${ACCOUNT}:root`, userId: 'AIDAUSER' },
  sourceIp: '127.0.0.1',
  headers: {},
  protocol: 'rest-xml',
  traceHeader: 'Root=1-2-3',
  signal: new AbortController().signal,
};

/** What an object store is opened with. */
export interface ObjectStoreParts {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
}

/** Which object store S3 has; others can be put in its place before the tests are loaded. */
export const objectStores = {
  open: ({ clock, random }: ObjectStoreParts): Promise<ObjectStore> =>
    openObjectStore({ store: openMemoryStore(), directory: undefined, clock, random }),
};

/** S3 on a virtual clock, called as the gateway calls it, with one queue and one function beside it. */
export async function startS3(
  options: {
    readonly enforcePolicies?: boolean;
    readonly secrets?: boolean;
    readonly journal?: Journal;
    /** In place of what the object store says. */
    readonly buckets?: ObjectStore['buckets'];
    /** What becomes of a change before it is published. */
    readonly beforePublish?: (event: ObjectChangeEvent) => Promise<void>;
    /** Stands between S3 and the object store. */
    readonly wrap?: (objects: ObjectStore) => ObjectStore;
  } = {},
) {
  const clock = createVirtualClock(START_MS, createActivity());
  const random = seededRandom(7);
  const registry = openRegistry(openMemoryStore());
  const events: ObjectChangeEvent[] = [];
  const deliveries: { readonly arn: string; readonly delivery: Delivery }[] = [];
  const queues = new Map<string, ResourceDescription>();
  const sqs: Target = {
    service: 'sqs',
    async deliver(arn, delivery) {
      deliveries.push({ arn, delivery });
      return { kind: 'accepted' };
    },
    describe: async (arn) => queues.get(arn),
  };
  const allowed = new Set<string>();
  const functions = { allowsInvoke: async (arn: string) => allowed.has(arn) } as unknown as FunctionDirectory;
  const opened = await objectStores.open({ registry, clock, random });
  const objects = options.wrap?.(opened) ?? opened;
  const s3 = createS3({
    objects: { ...objects, ...(options.buckets && { buckets: options.buckets }) },
    registry,
    clock,
    random,
    journal: options.journal ?? { append: () => {} },
    activity: createActivity(),
    operations: operationFiles('connectors/s3/api'),
    targets: { find: (arn) => (arn.split(':')[2] === 'sqs' ? sqs : undefined) },
    functions,
    async publish(event) {
      await options.beforePublish?.(event);
      events.push(event);
    },
    enforcePolicies: options.enforcePolicies ?? false,
    credentials: createCredentials(new Map(options.secrets ? [['AKID', 'secret']] : []), random),
  });
  const call = async (name: string, input: object, context: Partial<RequestContext> = {}): Promise<Answer> => {
    const operation = await s3.api.operation(name);
    if (!operation) throw new Error(`There is no operation ${name}`);
    return await operation({ ...input }, { ...CONTEXT, ...context });
  };
  const refusal = async (name: string, input: object, context: Partial<RequestContext> = {}) => {
    const error = await call(name, input, context).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error, `${name} was not refused`).toBeInstanceOf(ServiceError);
    const { code, message, options: more } = error as ServiceError;
    return { code, message, status: more.status, headers: more.headers, ...more.members } as Answer;
  };
  return {
    s3,
    call,
    refusal,
    clock,
    events,
    deliveries,
    queues,
    allowed,
    put: (Key: string, text = '', more: object = {}) =>
      call('PutObject', { Bucket: 'bucket', Key, Body: body(text), ...more }),
    text: async (Key: string, more: object = {}) =>
      readAll((await call('GetObject', { Bucket: 'bucket', Key, ...more })).Body),
    names: () => events.map(({ name }) => name),
  };
}

/** The same with a bucket named `bucket`. */
export async function startBucket(options: Parameters<typeof startS3>[0] & { readonly versioning?: string } = {}) {
  const started = await startS3(options);
  await started.call('CreateBucket', { Bucket: 'bucket', ObjectOwnership: 'ObjectWriter' });
  if (options.versioning) await setVersioning(started.call, options.versioning);
  return started;
}

export const setVersioning = (call: (name: string, input: object) => Promise<Answer>, Status: string) =>
  call('PutBucketVersioning', { Bucket: 'bucket', VersioningConfiguration: { Status } });

/** A body as the gateway hands it over. */
export async function* body(...chunks: readonly string[]): ByteStream {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

export async function readAll(stream: ByteStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

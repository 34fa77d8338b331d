import type {
  AccelerateConfiguration,
  AnalyticsConfiguration,
  BucketLoggingStatus,
  BucketVersioningStatus,
  CORSRule,
  IntelligentTieringConfiguration,
  InventoryConfiguration,
  LifecycleRule,
  MetricsConfiguration,
  NotificationConfiguration,
  ObjectLockConfiguration,
  ObjectOwnership,
  Payer,
  PublicAccessBlockConfiguration,
  ReplicationConfiguration,
  ServerSideEncryptionConfiguration,
  Tag,
  WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../../src/core/arn.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { ObjectStore, StoredBucket } from '../../../src/core/ports/object-store.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { valuesUnder } from '../../../src/core/registry/entries-under.ts';
import { accessDenied, noSuchBucket, refusal } from '../errors.ts';
import type { Acl } from '../object/acl.ts';

/** What is configured of a bucket, each as the API takes and returns it. */
export interface BucketSettings {
  readonly versioning?: BucketVersioningStatus | undefined;
  readonly acl?: Acl | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly policy?: string | undefined;
  readonly cors?: readonly CORSRule[] | undefined;
  readonly notification?: NotificationConfiguration | undefined;
  readonly encryption?: ServerSideEncryptionConfiguration | undefined;
  /** Absent after the controls were deleted. */
  readonly ownership?: ObjectOwnership | undefined;
  readonly publicAccessBlock?: PublicAccessBlockConfiguration | undefined;
  readonly requestPayer?: Payer | undefined;
  readonly accelerate?: AccelerateConfiguration | undefined;
  readonly logging?: BucketLoggingStatus | undefined;
  readonly website?: WebsiteConfiguration | undefined;
  readonly lifecycle?: LifecycleSettings | undefined;
  readonly objectLock?: ObjectLockConfiguration | undefined;
  readonly replication?: ReplicationConfiguration | undefined;
  readonly analytics?: readonly AnalyticsConfiguration[] | undefined;
  readonly intelligentTiering?: readonly IntelligentTieringConfiguration[] | undefined;
  readonly inventory?: readonly InventoryConfiguration[] | undefined;
  readonly metrics?: readonly MetricsConfiguration[] | undefined;
}

/** Lifecycle rules, and from which size on objects would change class. */
export interface LifecycleSettings {
  readonly rules: readonly LifecycleRule[];
  readonly minimumObjectSize: string;
}

/** A bucket. Names are unique over all accounts. */
export interface Bucket extends BucketSettings {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAtMs: number;
  /** Found in the store, where others made it: forgetting everything forgets it here, and leaves it there. */
  readonly isAdopted?: true;
}

/** All buckets, in the registry. */
export interface Buckets {
  find(name: string): Promise<Bucket | undefined>;
  /** The caller's bucket, or AWS's refusal. */
  open(target: BucketTarget, context: CallerContext): Promise<Bucket>;
  /** Stores a new bucket; false when the name is taken. */
  create(bucket: Bucket): Promise<boolean>;
  change(name: string, change: (bucket: Bucket) => BucketSettings): Promise<void>;
  remove(name: string): Promise<void>;
  /** By name. */
  list(): Promise<readonly Bucket[]>;
}

/** What a new bucket has that nothing else is asked for (docs: CreateBucket). */
export const STANDARD_SETTINGS = {
  ownership: 'BucketOwnerEnforced',
  publicAccessBlock: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
} as const;

/** Who asks. Unsigned requests reach every bucket: no policy or ACL is evaluated. */
export type CallerContext = Pick<RequestContext, 'account' | 'caller'>;

/** How requests name a bucket. */
export interface BucketTarget {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

const PREFIX = 's3/bucket/';

/** Buckets in the registry, one entry each. Those that others made in the store are entered when they are first seen. */
export function createBuckets(registry: Registry, objects: Pick<ObjectStore, 'buckets'>): Buckets {
  const known = async (name: string) => (await registry.get<Bucket>(PREFIX + name))?.value;
  const find = async (name: string) => {
    const bucket = await known(name);
    if (bucket) return bucket;
    const [stored] = await objects.buckets(name);
    return stored && (await adopt(stored));
  };
  const create = async (bucket: Bucket) => {
    try {
      await registry.put(PREFIX + bucket.name, bucket, 0);
      return true;
    } catch (error) {
      if (isVersionConflict(error)) return false;
      throw error;
    }
  };
  const adopt = async (stored: StoredBucket) => {
    const { name, createdAtMs } = stored;
    const versioning = statusOf(stored);
    await create({
      ...{ ...STANDARD_SETTINGS, name, createdAtMs, isAdopted: true },
      ...{ account: DEFAULT_ACCOUNT, region: DEFAULT_REGION },
      ...(versioning === undefined ? {} : { versioning }),
    });
    return await known(name);
  };
  /** Notes what others did to a bucket in the store, unless it was changed here meanwhile. */
  const follow = async (bucket: Bucket, stored: StoredBucket | undefined) => {
    const key = PREFIX + bucket.name;
    const isGone = bucket.isAdopted === true && stored === undefined;
    const versioning = stored && statusOf(stored);
    if (!isGone && (versioning === undefined || versioning === bucket.versioning)) return;
    const entry = await registry.get<Bucket>(key);
    if (entry?.value !== bucket) return;
    try {
      if (isGone) await registry.remove(key, entry.version);
      else await registry.put(key, { ...bucket, versioning }, entry.version);
    } catch (error) {
      if (!isVersionConflict(error)) throw error;
    }
  };
  return {
    find,
    create,

    async open({ Bucket: name = '', ExpectedBucketOwner: owner }, { account, caller }) {
      checkAccountId(owner);
      const bucket = await find(name);
      if (!bucket) throw noSuchBucket(name);
      const isAnonymous = caller.accessKeyId === '';
      if (bucket.account !== account && !isAnonymous) throw accessDenied();
      if (owner !== undefined && owner !== bucket.account) throw accessDenied();
      return bucket;
    },

    async change(name, change) {
      await changeEntry<Bucket>(registry, PREFIX + name, (current) => {
        if (!current) throw noSuchBucket(name);
        return { ...current, ...change(current) };
      });
    },

    remove: (name) => registry.remove(PREFIX + name),
    async list() {
      const before = await registry.list<Bucket>(PREFIX);
      const present = new Map((await objects.buckets()).map((stored) => [stored.name, stored]));
      for (const { value: bucket } of before) {
        await follow(bucket, present.get(bucket.name));
        present.delete(bucket.name);
      }
      for (const stored of present.values()) if (!(await known(stored.name))) await adopt(stored);
      return await valuesUnder<Bucket>(registry, PREFIX);
    },
  };
}

/** How the API says it; a bucket that never had versions says nothing. */
const statusOf = ({ versioning }: StoredBucket): BucketVersioningStatus | undefined =>
  versioning === 'off' ? undefined : versioning === 'enabled' ? 'Enabled' : 'Suspended';

function checkAccountId(owner: string | undefined): void {
  if (owner === undefined || /^\d{12}$/.test(owner)) return;
  throw refusal(
    400,
    'InvalidBucketOwnerAWSAccountID',
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${owner}]`,
  );
}

/** The ARN of a bucket, which names neither region nor account. */
export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;

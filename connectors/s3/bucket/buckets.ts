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
import type { RequestContext } from '../../../src/core/operation.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
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

/** Who asks. Unsigned requests reach every bucket: no policy or ACL is evaluated. */
export type CallerContext = Pick<RequestContext, 'account' | 'caller'>;

/** How requests name a bucket. */
export interface BucketTarget {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

const PREFIX = 's3/bucket/';

/** Buckets in the registry, one entry each. */
export function createBuckets(registry: Registry): Buckets {
  const find = async (name: string) => (await registry.get<Bucket>(PREFIX + name))?.value;
  return {
    find,

    async open({ Bucket: name = '', ExpectedBucketOwner: owner }, { account, caller }) {
      checkAccountId(owner);
      const bucket = await find(name);
      if (!bucket) throw noSuchBucket(name);
      const isAnonymous = caller.accessKeyId === '';
      if (bucket.account !== account && !isAnonymous) throw accessDenied();
      if (owner !== undefined && owner !== bucket.account) throw accessDenied();
      return bucket;
    },

    async create(bucket) {
      try {
        await registry.put(PREFIX + bucket.name, bucket, 0);
        return true;
      } catch (error) {
        if (isVersionConflict(error)) return false;
        throw error;
      }
    },

    async change(name, change) {
      for (;;) {
        const entry = await registry.get<Bucket>(PREFIX + name);
        if (!entry) throw noSuchBucket(name);
        try {
          return void (await registry.put(PREFIX + name, { ...entry.value, ...change(entry.value) }, entry.version));
        } catch (error) {
          if (!isVersionConflict(error)) throw error;
        }
      }
    },

    remove: (name) => registry.remove(PREFIX + name),
    list: async () => (await registry.list<Bucket>(PREFIX)).map(({ value }) => value),
  };
}

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

import { isIP } from 'node:net';
import type { CreateBucketOutput, CreateBucketRequest, ObjectOwnership } from '@aws-sdk/client-s3';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import { checkBucketName } from '../bucket/bucket-name.ts';
import { type Bucket, bucketArn, STANDARD_SETTINGS } from '../bucket/buckets.ts';
import { GLOBAL_REGION, regionOfNewBucket } from '../bucket/region.ts';
import { invalidArgument, refusal } from '../errors.ts';
import { givenAcl } from '../object/acl.ts';
import { newBucketTags } from '../object/tags.ts';
import { versioningOf } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';

const OWNERSHIPS = new Set<string>(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket: Operation<S3, CreateBucketRequest, CreateBucketOutput> = async (s3, input, context) => {
  const { Bucket: name = '', CreateBucketConfiguration: configuration } = input;
  checkBucketName(name);
  if (configuration?.Bucket !== undefined || configuration?.Location !== undefined) {
    throw invalidArgument('Directory buckets are not supported; omit Location and Bucket from the configuration', {
      ArgumentName: 'CreateBucketConfiguration',
    });
  }
  const region = regionOfNewBucket(configuration?.LocationConstraint || undefined, context.region);
  const tags = newBucketTags(configuration?.Tags ?? []);
  const bucket: Bucket = {
    ...STANDARD_SETTINGS,
    name,
    account: context.account,
    region,
    createdAtMs: s3.clock.nowMs(),
    ownership: ownershipOf(input.ObjectOwnership),
    acl: givenAcl(input, context.account),
    ...(tags.length > 0 ? { tags } : {}),
    ...(input.ObjectLockEnabledForBucket
      ? { versioning: 'Enabled' as const, objectLock: { ObjectLockEnabled: 'Enabled' as const } }
      : {}),
  };
  if (await s3.buckets.create(bucket)) await declare(s3, bucket);
  else await repeat(s3, bucket, context);
  return { Location: locationOf(bucket, context), BucketArn: bucketArn(name) };
};

/** A bucket that the store cannot make is none. */
async function declare(s3: S3, bucket: Bucket): Promise<void> {
  try {
    await s3.objects.declare(bucket.name, versioningOf(bucket));
  } catch (error) {
    await s3.buckets.remove(bucket.name);
    throw error;
  }
}

function ownershipOf(given: string | undefined): ObjectOwnership {
  if (given === undefined) return STANDARD_SETTINGS.ownership;
  if (OWNERSHIPS.has(given)) return given as ObjectOwnership;
  throw invalidArgument(`Invalid x-amz-object-ownership header: ${given}`, { ArgumentName: 'x-amz-object-ownership' });
}

/** Only us-east-1 lets an owner create a bucket again, and only without tags (recorded). */
async function repeat(s3: S3, { name, region, tags }: Bucket, context: RequestContext): Promise<void> {
  const present = await s3.buckets.find(name);
  if (present?.account !== context.account) {
    throw refusal(
      409,
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      { BucketName: name },
    );
  }
  if (region === GLOBAL_REGION && present.region === GLOBAL_REGION && !tags) {
    // Others may have removed it from the store.
    return await s3.objects.declare(name, versioningOf(present));
  }
  throw refusal(
    409,
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    { BucketName: name },
  );
}

function locationOf({ name, region }: Bucket, { origin }: RequestContext): string {
  if (region === GLOBAL_REGION) return `/${name}`;
  const { protocol, hostname, host, port } = new URL(origin);
  // An address has no names below it.
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  return `${protocol}//${name}.${isAddress ? `s3.localhost:${port}` : host}/`;
}

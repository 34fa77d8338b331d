import { createHash } from 'node:crypto';
import type { ServerSideEncryption } from '@aws-sdk/client-s3';
import type { Random } from '../../../src/core/random.ts';
import type { Bucket } from '../bucket/buckets.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';

/** How an object is said to be encrypted. Bodies lie on the disk as they came: only what is shown follows AWS. */
export interface Encryption {
  readonly algorithm: ServerSideEncryption;
  readonly kmsKeyId?: string | undefined;
  readonly kmsContext?: string | undefined;
  readonly bucketKey?: boolean | undefined;
  /** MD5 of the key that the client keeps and must show again (SSE-C). */
  readonly customerKeyMd5?: string | undefined;
}

/** The members by which a request asks for encryption. */
export interface EncryptionInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

const ALGORITHMS = new Set<string>(['AES256', 'aws:kms', 'aws:kms:dsse', 'aws:fsx']);

/** What a new object is encrypted with: by the request, else by the bucket's default, else AES256. */
export function encryptionOf(input: EncryptionInput, bucket: Bucket): Encryption {
  const customerKeyMd5 = customerKey(input);
  if (customerKeyMd5 !== undefined) return { algorithm: 'AES256', customerKeyMd5 };
  const rule = bucket.encryption?.Rules?.[0];
  const standard = rule?.ApplyServerSideEncryptionByDefault;
  const algorithm = input.ServerSideEncryption ?? standard?.SSEAlgorithm ?? 'AES256';
  if (!ALGORITHMS.has(algorithm)) {
    throw invalidArgument('The encryption method specified is not supported', {
      ArgumentName: 'x-amz-server-side-encryption',
      ArgumentValue: algorithm,
    });
  }
  if (algorithm === 'AES256') {
    if (input.SSEKMSKeyId === undefined) return { algorithm };
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      { ArgumentName: 'x-amz-server-side-encryption', ArgumentValue: algorithm },
    );
  }
  return {
    algorithm: algorithm as ServerSideEncryption,
    kmsKeyId: kmsKeyArn(input.SSEKMSKeyId ?? standard?.KMSMasterKeyID, bucket),
    kmsContext: input.SSEKMSEncryptionContext,
    bucketKey: input.BucketKeyEnabled ?? rule?.BucketKeyEnabled,
  };
}

/** The key's ARN; without a key the account's `aws/s3` key, whose id here follows from account and region. */
function kmsKeyArn(key: string | undefined, { account, region }: Bucket): string {
  if (key?.startsWith('arn:')) return key;
  const digest = createHash('sha256').update(`aws/s3 ${account} ${region}`).digest('hex');
  const managed = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  const resource = key?.startsWith('alias/') ? key : `key/${key ?? managed}`;
  return `arn:aws:kms:${region}:${account}:${resource}`;
}

/** Whether the ETag is the MD5 of the body; with other keys than S3's own it is not (docs: checking-object-integrity.html). */
export const hasDigestEtag = ({ algorithm, customerKeyMd5 }: Encryption): boolean =>
  algorithm === 'AES256' && customerKeyMd5 === undefined;

/** The ETag of a body. */
export function etagOf(md5: string, encryption: Encryption, random: Random): string {
  return hasDigestEtag(encryption) ? md5 : Buffer.from(random.bytes(16)).toString('hex');
}

/** The members that answers show. */
export function encryptionMembers(encryption: Encryption) {
  const { algorithm, kmsKeyId, bucketKey, customerKeyMd5 } = encryption;
  if (customerKeyMd5 !== undefined) return { SSECustomerAlgorithm: algorithm, SSECustomerKeyMD5: customerKeyMd5 };
  return {
    ServerSideEncryption: algorithm,
    ...(kmsKeyId === undefined ? {} : { SSEKMSKeyId: kmsKeyId }),
    ...(bucketKey ? { BucketKeyEnabled: true } : {}),
  };
}

/** Refuses to show an object to a client that does not have its key, or has one for an object without. */
export function checkCustomerKey(encryption: Encryption, input: EncryptionInput): void {
  const given = customerKey(input);
  if (given === encryption.customerKeyMd5) return;
  if (encryption.customerKeyMd5 === undefined) {
    throw invalidRequest('The encryption parameters are not applicable to this object.');
  }
  throw invalidRequest(
    given === undefined
      ? 'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.'
      : 'The provided encryption parameters did not match the ones used originally.',
  );
}

function customerKey(input: EncryptionInput): string | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input;
  if (algorithm === undefined && key === undefined) return undefined;
  if (algorithm !== 'AES256') {
    throw invalidArgument(
      'Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.',
      {
        ArgumentName: 'x-amz-server-side-encryption',
        ArgumentValue: algorithm ?? 'null',
      },
    );
  }
  const bytes = Buffer.from(key ?? '', 'base64');
  if (bytes.length !== 32) {
    throw invalidArgument('The secret key was invalid for the specified algorithm.', {
      ArgumentName: 'x-amz-server-side-encryption',
      ArgumentValue: 'null',
    });
  }
  const computed = createHash('md5').update(bytes).digest('base64');
  if (md5 !== computed) {
    throw invalidArgument('The calculated MD5 hash of the key did not match the hash that was provided.', {
      ArgumentName: 'x-amz-server-side-encryption',
      ArgumentValue: 'null',
    });
  }
  return computed;
}

import type { InventoryConfiguration } from '@aws-sdk/client-s3';
import { malformedXml, refusal } from '../errors.ts';

const FORMATS = new Set<string>(['CSV', 'ORC', 'Parquet']);
const FREQUENCIES = new Set<string>(['Daily', 'Weekly']);
const VERSIONS = new Set<string>(['All', 'Current']);
const FIELDS = new Set<string>(
  `Size LastModifiedDate StorageClass ETag IsMultipartUploaded ReplicationStatus EncryptionStatus
  ObjectLockRetainUntilDate ObjectLockMode ObjectLockLegalHoldStatus IntelligentTieringAccessTier BucketKeyStatus
  ChecksumAlgorithm ObjectAccessControlList ObjectOwner LifecycleExpirationDate`.split(/\s+/),
);

/** Stored and shown; no inventory is written. */
export function checkInventory(id: string | undefined, configuration: InventoryConfiguration): void {
  const { Id, Destination, IsEnabled, IncludedObjectVersions, OptionalFields, Schedule } = configuration;
  const destination = Destination?.S3BucketDestination;
  if (Id !== id) {
    throw refusal(400, 'IdMismatch', 'Document ID does not match the specified configuration ID.');
  }
  const isWellFormed =
    destination !== undefined &&
    IsEnabled !== undefined &&
    FORMATS.has(destination.Format ?? '') &&
    FREQUENCIES.has(Schedule?.Frequency ?? '') &&
    VERSIONS.has(IncludedObjectVersions ?? '') &&
    (OptionalFields ?? []).every((field) => FIELDS.has(field));
  if (!isWellFormed) throw malformedXml();
  if (!/^arn:[^:]+:s3:::./.test(destination.Bucket ?? '')) {
    throw refusal(400, 'InvalidS3DestinationBucket', 'Invalid bucket ARN.');
  }
}

import type {
  DeleteMarkerEntry,
  ObjectVersion as ListedVersion,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
} from '@aws-sdk/client-s3';
import type { Operation } from '../../../src/core/operation.ts';
import type { ListEntry } from '../../../src/core/ports/object-store.ts';
import { ownerOf } from '../bucket/owner.ts';
import { invalidArgument } from '../errors.ts';
import { keyWriter } from '../listing/key-encoding.ts';
import { commonPrefixesOf, contentsOf, nameOf } from '../listing/object-page.ts';
import { listed, pageSize } from '../listing/page.ts';
import { lastModified } from '../object/object-facts.ts';
import type { S3 } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions: Operation<S3, ListObjectVersionsRequest, ListObjectVersionsOutput> = async (
  s3,
  input,
  context,
) => {
  const bucket = await s3.buckets.open(input, context);
  const { Prefix = '', Delimiter, KeyMarker = '', VersionIdMarker = '' } = input;
  const MaxKeys = pageSize(input.MaxKeys, 'max-keys', 'maxKeys');
  checkMarkers(KeyMarker, input.VersionIdMarker);
  const write = keyWriter(input);
  const { entries, truncated } = await s3.objects.listVersions(bucket.name, {
    prefix: Prefix,
    delimiter: Delimiter,
    after: KeyMarker,
    afterVersionId: VersionIdMarker || undefined,
    limit: MaxKeys,
  });
  const versions = entries.flatMap((entry) => (entry.kind === 'version' && !entry.version.deleteMarker ? [entry] : []));
  const markers = entries.flatMap((entry) => (entry.kind === 'version' && entry.version.deleteMarker ? [entry] : []));
  const last = truncated ? entries.at(-1) : undefined;
  return {
    Name: bucket.name,
    Prefix: write(Prefix),
    KeyMarker: write(KeyMarker),
    VersionIdMarker,
    ...(Delimiter ? { Delimiter: write(Delimiter) } : {}),
    ...(input.EncodingType ? { EncodingType: input.EncodingType } : {}),
    MaxKeys,
    IsTruncated: truncated,
    ...(last ? { NextKeyMarker: write(nameOf(last)) } : {}),
    ...(last?.kind === 'version' ? { NextVersionIdMarker: last.version.versionId } : {}),
    ...listed(
      'Versions',
      versions.flatMap((entry) => listedVersion(entry, write, bucket.account)),
    ),
    ...listed(
      'DeleteMarkers',
      markers.map((entry) => listedMarker(entry, write, bucket.account)),
    ),
    ...listed('CommonPrefixes', commonPrefixesOf(entries, write)),
  };
};

type VersionEntry = Extract<ListEntry, { kind: 'version' }>;

function listedVersion(entry: VersionEntry, write: (key: string) => string, account: string): ListedVersion[] {
  return contentsOf([entry], write, account).map((content) => ({
    ...content,
    StorageClass: content.StorageClass as ListedVersion['StorageClass'],
    IsLatest: entry.latest,
    VersionId: entry.version.versionId,
  }));
}

function listedMarker(
  { version, latest }: VersionEntry,
  write: (key: string) => string,
  account: string,
): DeleteMarkerEntry {
  return {
    Key: write(version.key),
    VersionId: version.versionId,
    IsLatest: latest,
    LastModified: lastModified(version),
    Owner: ownerOf(account),
  };
}

function checkMarkers(key: string, version: string | undefined): void {
  if (version === undefined || key !== '') return;
  throw invalidArgument('A version-id marker cannot be specified without a key marker.', {
    ArgumentName: 'version-id-marker',
    ArgumentValue: version,
  });
}

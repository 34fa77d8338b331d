import type { ArchiveState, DescribeArchiveCommandOutput, Archive as ListedArchive } from '@aws-sdk/client-eventbridge';
import { busArn } from '../bus/bus.ts';
import type { Archive } from './archive.ts';
import type { ArchivedEvents } from './archived-events.ts';

/** An archive is usable at once, and stays so. */
const STATE: ArchiveState = 'ENABLED';

/** What creating and changing an archive answer. */
export const archiveStateOutput = ({ arn, createdAtMs }: Archive) => ({
  ArchiveArn: arn,
  State: STATE,
  CreationTime: new Date(createdAtMs),
});

/** An archive in a list. AWS counts its events late, Headwater at once. */
export async function listedArchive(archive: Archive, events: ArchivedEvents): Promise<ListedArchive> {
  const { events: count, bytes } = await events.size(archive);
  return {
    ArchiveName: archive.name,
    EventSourceArn: busArn(archive.bus),
    State: STATE,
    RetentionDays: archive.retentionDays,
    SizeBytes: bytes,
    EventCount: count,
    CreationTime: new Date(archive.createdAtMs),
  };
}

/** All of an archive. */
export async function archiveOutput(
  archive: Archive,
  events: ArchivedEvents,
): Promise<Partial<DescribeArchiveCommandOutput>> {
  return {
    ...(await listedArchive(archive, events)),
    ArchiveArn: archive.arn,
    Description: archive.description,
    EventPattern: archive.pattern,
    KmsKeyIdentifier: archive.kmsKey,
  };
}

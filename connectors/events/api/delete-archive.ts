import type { DeleteArchiveCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import type { EventsService } from '../service.ts';

/** Deletes an archive with its events. */
export const deleteArchive: Operation<EventsService, DeleteArchiveCommandInput, object> = async (
  { archiving: { archives, events } },
  { ArchiveName: name = '' },
  { account, region },
) => {
  const archive = await archives.get({ account, region, name });
  // In this order a crash in between leaves no events that nobody could delete any more.
  await events.drop(archive);
  await archives.remove(archive);
  return {};
};

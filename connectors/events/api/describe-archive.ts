import type { DescribeArchiveCommandInput, DescribeArchiveCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { archiveOutput } from '../archive/archive-output.ts';
import type { EventsService } from '../service.ts';

/** Shows an archive. */
export const describeArchive: Operation<
  EventsService,
  DescribeArchiveCommandInput,
  Partial<DescribeArchiveCommandOutput>
> = async ({ archiving: { archives, events } }, { ArchiveName: name = '' }, { account, region }) =>
  await archiveOutput(await archives.get({ account, region, name }), events);

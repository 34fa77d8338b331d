import type { UpdateArchiveCommandInput, UpdateArchiveCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { archiveStateOutput } from '../archive/archive-output.ts';
import { validation } from '../errors.ts';
import { readPattern } from '../rule/read-pattern.ts';
import type { EventsService } from '../service.ts';

/** Changes what an archive keeps from now on, and for how long. */
export const updateArchive: Operation<
  EventsService,
  UpdateArchiveCommandInput,
  Partial<UpdateArchiveCommandOutput>
> = async ({ archiving }, input, { account, region }) => {
  const { ArchiveName: name = '', EventPattern, RetentionDays, Description, KmsKeyIdentifier } = input;
  if ([EventPattern, RetentionDays, Description, KmsKeyIdentifier].every((given) => given === undefined)) {
    throw validation('At least one of EventPattern, RetentionDays or Description must be provided.');
  }
  if (EventPattern !== undefined) readPattern(EventPattern);
  const archive = await archiving.archives.change({ account, region, name }, (current) => ({
    ...current,
    pattern: EventPattern ?? current.pattern,
    retentionDays: RetentionDays ?? current.retentionDays,
    description: Description ?? current.description,
    kmsKey: KmsKeyIdentifier ?? current.kmsKey,
  }));
  await archiving.retention.plan(archive);
  return archiveStateOutput(archive);
};

import type { CreateArchiveCommandInput, CreateArchiveCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { type Archive, archiveArn } from '../archive/archive.ts';
import { archiveStateOutput } from '../archive/archive-output.ts';
import { busNamed } from '../bus/bus.ts';
import { readPattern } from '../rule/read-pattern.ts';
import type { EventsService } from '../service.ts';

/** Creates an archive, which keeps from now on what comes onto its bus. */
export const createArchive: Operation<
  EventsService,
  CreateArchiveCommandInput,
  Partial<CreateArchiveCommandOutput>
> = async ({ buses, archiving, clock, random }, input, { account, region }) => {
  const name = { account, region, name: input.ArchiveName ?? '' };
  const bus = await buses.get(busNamed(input.EventSourceArn, { account, region }));
  if (input.EventPattern !== undefined) readPattern(input.EventPattern);
  const archive: Archive = {
    ...name,
    arn: archiveArn(name),
    bus: { account: bus.account, region: bus.region, name: bus.name },
    log: `event-archive/${random.uuid()}`,
    pattern: input.EventPattern,
    description: input.Description,
    retentionDays: input.RetentionDays ?? 0,
    kmsKey: input.KmsKeyIdentifier,
    createdAtMs: clock.nowMs(),
  };
  await archiving.events.open(archive);
  await archiving.archives.create(archive).catch(async (error: unknown) => {
    await archiving.events.drop(archive);
    throw error;
  });
  await archiving.retention.plan(archive);
  return archiveStateOutput(archive);
};

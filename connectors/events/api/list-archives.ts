import type { ListArchivesCommandInput, ListArchivesCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { listedArchive } from '../archive/archive-output.ts';
import { checkFilter, passes } from '../archive/list-filter.ts';
import { busArn, busNamed } from '../bus/bus.ts';
import { page } from '../page.ts';
import type { EventsService } from '../service.ts';

/** Lists archives by name. */
export const listArchives: Operation<
  EventsService,
  ListArchivesCommandInput,
  Partial<ListArchivesCommandOutput>
> = async ({ buses, archiving: { archives, events } }, input, context) => {
  checkFilter(input, 'ListArchives');
  if (input.EventSourceArn !== undefined) await buses.get(busNamed(input.EventSourceArn, context));
  const all = (await archives.list(context)).filter(({ name, bus }) =>
    passes({ name, sourceArn: busArn(bus), state: 'ENABLED' }, input),
  );
  const { items, ...next } = page(all, ({ name }) => name, input);
  return { Archives: await Promise.all(items.map((archive) => listedArchive(archive, events))), ...next };
};

import type { ListReplaysCommandInput, ListReplaysCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { archiveArn } from '../archive/archive.ts';
import { checkFilter, passes } from '../archive/list-filter.ts';
import { page } from '../page.ts';
import { listedReplay } from '../replay/replay-output.ts';
import type { EventsService } from '../service.ts';

/** Lists replays by name, also those that have ended. */
export const listReplays: Operation<EventsService, ListReplaysCommandInput, Partial<ListReplaysCommandOutput>> = async (
  { archiving: { replays } },
  input,
  context,
) => {
  checkFilter(input, 'ListReplays');
  const all = (await replays.list(context)).filter(({ name, archive, state }) =>
    passes({ name, sourceArn: archiveArn(archive), state }, input),
  );
  const { items, ...next } = page(all, ({ name }) => name, input);
  return { Replays: items.map(listedReplay), ...next };
};

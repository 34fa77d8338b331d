import type { DeleteEventBusCommandInput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed, busTurn, DEFAULT_BUS } from '../bus/bus.ts';
import { validation } from '../errors.ts';
import type { EventsService } from '../service.ts';

/** Deletes a bus that has no rules. */
export const deleteEventBus: Operation<EventsService, DeleteEventBusCommandInput, object> = async (
  { buses, turns, rules },
  { Name },
  context,
) => {
  if (Name === DEFAULT_BUS) throw validation('Cannot delete event bus default.');
  const name = busNamed(Name, context);
  await turns(busTurn(name), async () => {
    const bus = await buses.get(name);
    if ((await rules.list(bus)).length > 0) throw validation("EventBus can't be deleted since it has rules.");
    await buses.remove(bus);
  });
  return {};
};

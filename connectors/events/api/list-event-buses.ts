import type { ListEventBusesCommandInput, ListEventBusesCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busOutput } from '../bus/bus-output.ts';
import { page } from '../page.ts';
import type { EventsService } from '../service.ts';

/** Lists the buses whose name begins so. */
export const listEventBuses: Operation<
  EventsService,
  ListEventBusesCommandInput,
  Partial<ListEventBusesCommandOutput>
> = async ({ buses }, input, context) => {
  const all = (await buses.list(context)).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
  const { items, ...next } = page(all, ({ name }) => name, input);
  return { EventBuses: items.map(busOutput), ...next };
};

import type { UpdateEventBusCommandInput, UpdateEventBusCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { busDetails } from '../bus/bus-details.ts';
import type { EventsService } from '../service.ts';

/** Changes what is shown of a bus; what is not given is kept. */
export const updateEventBus: Operation<
  EventsService,
  UpdateEventBusCommandInput,
  Partial<UpdateEventBusCommandOutput>
> = async ({ buses }, input, context) => {
  const details = busDetails(input);
  const bus = await buses.change(busNamed(input.Name, context), (current) => ({
    ...current,
    details: { ...current.details, ...details },
  }));
  return { Arn: bus.arn, Name: bus.name, ...bus.details };
};

import type { CreateEventBusCommandInput, CreateEventBusCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed, newBus } from '../bus/bus.ts';
import { busDetails } from '../bus/bus-details.ts';
import { limitExceeded, unsupported, validation } from '../errors.ts';
import type { EventsService } from '../service.ts';
import { withTags } from '../tags.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_BUSES = 100;

/** Creates a bus. */
export const createEventBus: Operation<
  EventsService,
  CreateEventBusCommandInput,
  Partial<CreateEventBusCommandOutput>
> = async ({ buses, turns, clock }, input, context) => {
  const { Name = '', EventSourceName, Tags } = input;
  if (EventSourceName !== undefined) throw unsupported('buses of partners (EventSourceName)');
  // Text unverified: only names of partners' buses have slashes.
  if (Name.includes('/')) throw validation("Event bus name must not contain '/'.");
  const details = busDetails(input);
  const bus = newBus(busNamed(Name, context), clock.nowMs(), { tags: withTags({}, Tags), details });
  // Two at a time would not see what the other creates.
  await turns(`events-buses/${bus.account}/${bus.region}`, async () => {
    if ((await buses.list(bus)).length >= MAX_BUSES) throw limitExceeded();
    await buses.create(bus);
  });
  return { EventBusArn: bus.arn, ...details };
};

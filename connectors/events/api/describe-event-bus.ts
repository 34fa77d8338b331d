import type { DescribeEventBusCommandInput, DescribeEventBusCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { busNamed } from '../bus/bus.ts';
import { busOutput } from '../bus/bus-output.ts';
import type { EventsService } from '../service.ts';

/** Shows a bus; by default the default one. */
export const describeEventBus: Operation<
  EventsService,
  DescribeEventBusCommandInput,
  Partial<DescribeEventBusCommandOutput>
> = async ({ buses }, { Name }, context) => {
  const bus = await buses.get(busNamed(Name, context));
  return { ...busOutput(bus), ...bus.details };
};

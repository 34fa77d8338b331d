import type { DescribeConnectionCommandInput, DescribeConnectionCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { connectionOutput } from '../api-destination/connection.ts';
import { busNamed } from '../bus/bus.ts';
import type { EventsService } from '../service.ts';

/** Shows a connection without its secrets. */
export const describeConnection: Operation<
  EventsService,
  DescribeConnectionCommandInput,
  Partial<DescribeConnectionCommandOutput>
> = async ({ apiDestinations }, { Name }, context) =>
  connectionOutput(await apiDestinations.connections.get(busNamed(Name, context), 'describe'));

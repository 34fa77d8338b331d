import type { DescribeDestinationsRequest, DescribeDestinationsResponse } from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../../core/operation.ts';
import { pageOf } from '../page.ts';
import type { LogsService } from '../service.ts';
import { destinationOutput } from '../subscriptions/destination-output.ts';

/** A page of the account's destinations. */
export const describeDestinations: Operation<
  LogsService,
  DescribeDestinationsRequest,
  DescribeDestinationsResponse
> = async ({ destinations }, input, context) => {
  const prefix = input.DestinationNamePrefix ?? '';
  const all = (await destinations.list(context)).filter(({ name }) => name.startsWith(prefix));
  const { items, nextToken } = pageOf('destinations', all, ({ name }) => name, input);
  return { destinations: items.map(destinationOutput), nextToken };
};

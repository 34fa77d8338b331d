import type { DescribeEndpointsResponse } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { DynamodbService } from '../service.ts';

const DAY_MINUTES = 24 * 60;

/** The endpoint that was asked, for clients that discover theirs. */
export const describeEndpoints: Operation<DynamodbService, object, DescribeEndpointsResponse> = async (
  _service,
  _input,
  { origin },
) => ({ Endpoints: [{ Address: new URL(origin).host, CachePeriodInMinutes: DAY_MINUTES }] });

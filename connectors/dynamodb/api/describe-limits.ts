import type { DescribeLimitsOutput } from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import type { DynamodbService } from '../service.ts';

/**
 * What an account may provision by default; Headwater holds nobody to it.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
export const describeLimits: Operation<DynamodbService, object, DescribeLimitsOutput> = async () => ({
  AccountMaxReadCapacityUnits: 80_000,
  AccountMaxWriteCapacityUnits: 80_000,
  TableMaxReadCapacityUnits: 40_000,
  TableMaxWriteCapacityUnits: 40_000,
});

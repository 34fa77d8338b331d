import type {
  DescribeKinesisStreamingDestinationCommandInput,
  DescribeKinesisStreamingDestinationOutput,
} from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import { destinationStatus } from '../kinesis-destination/destination-status.ts';
import type { DynamodbService } from '../service.ts';

/** The Kinesis streams that get a table's changes, or did. */
export const describeKinesisStreamingDestination: Operation<
  DynamodbService,
  DescribeKinesisStreamingDestinationCommandInput,
  DescribeKinesisStreamingDestinationOutput
> = async ({ directory, clock }, input, context) => {
  const { name, destinations = [] } = await directory.named(context, input.TableName ?? '');
  const nowMs = clock.nowMs();
  return {
    TableName: name,
    KinesisDataStreamDestinations: destinations.map((destination) => {
      const { streamArn, precision, failure } = destination;
      const status = destinationStatus(destination, nowMs);
      return {
        StreamArn: streamArn,
        DestinationStatus: status,
        ...(status === 'ENABLE_FAILED' && { DestinationStatusDescription: failure }),
        ...(precision && { ApproximateCreationDateTimePrecision: precision }),
      };
    }),
  };
};

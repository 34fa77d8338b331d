import type {
  UpdateKinesisStreamingDestinationCommandInput,
  UpdateKinesisStreamingDestinationOutput,
} from '@aws-sdk/client-dynamodb';
import type { Operation } from '../../../src/core/operation.ts';
import {
  destinationStatus,
  findDestination,
  invalidState,
  streamingTable,
  withDestination,
} from '../kinesis-destination/destination-status.ts';
import type { DynamodbService } from '../service.ts';
import { validationException } from '../values/refusal.ts';

/** Sets how exactly a change's time is told to Kinesis. */
export const updateKinesisStreamingDestination: Operation<
  DynamodbService,
  UpdateKinesisStreamingDestinationCommandInput,
  UpdateKinesisStreamingDestinationOutput
> = async (service, input, context) => {
  const { directory, destinations, clock, timing } = service;
  const precision = input.UpdateKinesisStreamingConfiguration?.ApproximateCreationDateTimePrecision;
  return await directory.change(async (turn) => {
    const table = await streamingTable(turn, clock, context, input.TableName);
    if (!precision) {
      throw validationException(
        'Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only null values',
      );
    }
    const destination = findDestination(table, input.StreamArn);
    if (!destination) {
      throw invalidState(
        `No streaming destination with streamArn: ${input.StreamArn} found for table with tableName: ${table.name}`,
      );
    }
    const { streamArn } = destination;
    if (destinationStatus(destination, clock.nowMs()) !== 'ACTIVE') {
      throw invalidState(
        `Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: ${table.name}, kdsArn: ${streamArn}`,
      );
    }
    if (precision === (destination.precision ?? 'MILLISECOND')) {
      throw validationException(
        `Invalid Request: Precision is already set to the desired value of ${precision} for tableId: ${table.id}, kdsArn: ${streamArn}`,
      );
    }
    const transition = { status: 'UPDATING', untilMs: clock.nowMs() + timing.tableStateDelayMs } as const;
    await turn.put(withDestination(table, { ...destination, precision, transition }));
    await destinations.setPrecision(table, destination.log, precision);
    return {
      TableName: table.name,
      StreamArn: streamArn,
      DestinationStatus: 'UPDATING',
      UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
    };
  });
};

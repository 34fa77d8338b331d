import type {
  DisableKinesisStreamingDestinationCommandInput,
  KinesisStreamingDestinationOutput,
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

/** Ends what was enabled; changes that were made before are still sent. */
export const disableKinesisStreamingDestination: Operation<
  DynamodbService,
  DisableKinesisStreamingDestinationCommandInput,
  KinesisStreamingDestinationOutput
> = async (service, input, context) => {
  const { directory, destinations, clock, timing } = service;
  const { table, destination } = await directory.change(async () => {
    const found = await streamingTable(service, context, input.TableName);
    if (input.EnableKinesisStreamingConfiguration) {
      throw validationException('Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters');
    }
    const active = findDestination(found, input.StreamArn);
    if (!active || destinationStatus(active, clock.nowMs()) !== 'ACTIVE') {
      throw invalidState('KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.');
    }
    const transition = { status: 'DISABLING', untilMs: clock.nowMs() + timing.tableStateDelayMs } as const;
    await directory.put(withDestination(found, { ...active, enabled: false, transition }));
    return { table: found, destination: active };
  });
  destinations.end(destination);
  return { TableName: table.name, StreamArn: destination.streamArn, DestinationStatus: 'DISABLING' };
};

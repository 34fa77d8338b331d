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
import { followDefinition } from '../table/follow-definition.ts';
import { validationException } from '../values/refusal.ts';

/** Ends what was enabled; changes that were made before are still sent. */
export const disableKinesisStreamingDestination: Operation<
  DynamodbService,
  DisableKinesisStreamingDestinationCommandInput,
  KinesisStreamingDestinationOutput
> = async (service, input, context) => {
  const { directory, tables, destinations, clock, timing } = service;
  const { table, destination } = await directory.change(async (turn) => {
    const found = await streamingTable(turn, clock, context, input.TableName);
    if (input.EnableKinesisStreamingConfiguration) {
      throw validationException('Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters');
    }
    const active = findDestination(found, input.StreamArn);
    if (!active || destinationStatus(active, clock.nowMs()) !== 'ACTIVE') {
      throw invalidState('KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.');
    }
    const transition = { status: 'DISABLING', untilMs: clock.nowMs() + timing.tableStateDelayMs } as const;
    const changed = await turn.put(withDestination(found, { ...active, enabled: false, transition }));
    await followDefinition(tables, changed);
    await destinations.end(changed, active);
    return { table: found, destination: active };
  });
  return { TableName: table.name, StreamArn: destination.streamArn, DestinationStatus: 'DISABLING' };
};

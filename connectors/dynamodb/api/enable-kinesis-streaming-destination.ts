import type {
  EnableKinesisStreamingDestinationCommandInput,
  KinesisStreamingDestinationOutput,
} from '@aws-sdk/client-dynamodb';
import { type Arn, asArn } from '../../../src/core/arn.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { refuseInTransition } from '../errors.ts';
import {
  destinationStatus,
  invalidState,
  streamingTable,
  withDestination,
} from '../kinesis-destination/destination-status.ts';
import type { DynamodbService } from '../service.ts';
import type { KinesisDestination, Table } from '../table/table.ts';

/** As AWS has it, also where there is no such stream. */
const NO_STREAM = 'User does not have a permission to use kinesis stream';

/** Sends the table's changes to a Kinesis stream from now on. A table has one such stream at a time. */
export const enableKinesisStreamingDestination: Operation<
  DynamodbService,
  EnableKinesisStreamingDestinationCommandInput,
  KinesisStreamingDestinationOutput
> = async (service, input, context) => {
  const streamArn = asArn(input.StreamArn ?? '');
  const precision = input.EnableKinesisStreamingConfiguration?.ApproximateCreationDateTimePrecision;
  const name = await service.directory.change(async (turn) => {
    const table = await streamingTable(turn, service.clock, context, input.TableName);
    refuseWhileEnabled(table, service.clock.nowMs());
    refuseInTransition(table, service.clock.nowMs());
    const destination = await enable(service, table, streamArn, precision);
    await turn.put(withDestination(table, destination));
    return table.name;
  });
  return {
    TableName: name,
    StreamArn: streamArn,
    DestinationStatus: 'ENABLING',
    EnableKinesisStreamingConfiguration: { ...input.EnableKinesisStreamingConfiguration },
  };
};

function refuseWhileEnabled({ destinations = [] }: Table, nowMs: number): void {
  const isFree = (destination: KinesisDestination) =>
    ['DISABLED', 'ENABLE_FAILED'].includes(destinationStatus(destination, nowMs));
  if (destinations.every(isFree)) return;
  throw invalidState(
    'EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.',
  );
}

async function enable(
  { targets, destinations, clock, timing }: DynamodbService,
  table: Table,
  streamArn: Arn,
  precision: KinesisDestination['precision'],
): Promise<KinesisDestination> {
  const transition = { status: 'ENABLING', untilMs: clock.nowMs() + timing.tableStateDelayMs } as const;
  const isThere = await targets.find(streamArn)?.describe(streamArn);
  if (!isThere) return { streamArn, log: table.arn, enabled: false, failure: NO_STREAM, precision, transition };
  return { streamArn, log: await destinations.open(table, streamArn, precision), enabled: true, precision, transition };
}

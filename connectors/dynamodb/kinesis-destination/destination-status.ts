import type { Scope } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { ServiceError } from '../../../src/core/errors.ts';
import { namedTableMissing } from '../errors.ts';
import { type KinesisDestination, statusOf, type Table } from '../table/table.ts';
import type { TableFinder } from '../table/table-directory.ts';
import { validationException } from '../values/refusal.ts';

/** `DestinationStatus`. */
export type DestinationStatus =
  | NonNullable<KinesisDestination['transition']>['status']
  | 'ACTIVE'
  | 'DISABLED'
  | 'ENABLE_FAILED';

/** What has become of a destination at that instant. */
export function destinationStatus(destination: KinesisDestination, nowMs: number): DestinationStatus {
  const { transition, enabled, failure } = destination;
  if (transition && nowMs < transition.untilMs) return transition.status;
  if (failure !== undefined) return 'ENABLE_FAILED';
  return enabled ? 'ACTIVE' : 'DISABLED';
}

/** The table's destination that is that stream. */
export function findDestination({ destinations = [] }: Table, streamArn: string | undefined) {
  return destinations.find((destination) => destination.streamArn === streamArn);
}

/** The table with this destination, in place of the one that was that stream before. */
export function withDestination(table: Table, destination: KinesisDestination): Table {
  const others = table.destinations?.filter(({ streamArn }) => streamArn !== destination.streamArn) ?? [];
  return { ...table, destinations: [...others, destination] };
}

/** The table of a request about destinations: one that is only being created has not got there yet. */
export async function streamingTable(
  tables: TableFinder,
  clock: Clock,
  scope: Scope,
  name: string = '',
): Promise<Table> {
  const table = await tables.named(scope, name);
  if (statusOf(table, clock.nowMs()) === 'CREATING') throw namedTableMissing(table.name);
  return table;
}

/** AWS's text, in which all that is refused was meant to enable. */
export function invalidState(reason: string): ServiceError {
  return validationException(`Table is not in a valid state to enable Kinesis Streaming Destination: ${reason}`);
}

import type { ChangeRecord } from '../../../src/core/ports/table-store.ts';
import type { Table } from '../table/table.ts';
import type { ItemWrite } from './item-change.ts';

/** Where changes of items go: to their table's stream, and to Kinesis. */
export interface ChangeCapture {
  /** What a write appends in its own commit; nothing when it changes nothing. To be called in the turn of the commit. */
  recordsOf(table: Table, write: ItemWrite): readonly ChangeRecord[];
  /** A table with the stream that is asked for, to be put into the directory by the caller, who holds its turn there. */
  specify(table: Table, specification: StreamSpecification): Promise<Table>;
  /** The table goes: its stream is disabled, and what Kinesis has not got yet is still sent. */
  tableDeleted(table: Table): Promise<void>;
}

/** What a request says of a table's stream. */
export interface StreamSpecification {
  readonly StreamEnabled?: boolean | undefined;
  readonly StreamViewType?: string | undefined;
}

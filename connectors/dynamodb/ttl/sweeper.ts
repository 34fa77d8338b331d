import type { Table } from '../table/table.ts';

/**
 * Deletes expired items, on behalf of DynamoDB. For each table a timer is set for the first item that expires; what is
 * written later and expires earlier sets it anew.
 */
export interface Sweeper {
  /** Begins with a table whose TTL was enabled: places the items that it has by their expiry. */
  start(table: Table): void;
  /** Goes on where processes that ended left off: this one before its start, or others since. */
  resume(): Promise<void>;
  /** Resolves once nothing is being deleted, and forgets what it was waiting for: its tables are gone. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

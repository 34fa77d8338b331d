import type { TableStore } from '../../../src/core/ports/table-store.ts';
import { followDefinition } from '../table/follow-definition.ts';
import type { Table } from '../table/table.ts';
import type { DefinitionTurn, TableDirectory } from '../table/table-directory.ts';
import type { Stream } from './stream.ts';
import type { StreamDirectory } from './stream-directory.ts';

/** What is mended. */
export interface Mending {
  readonly tables: TableStore;
  readonly directory: TableDirectory;
  readonly streams: StreamDirectory;
}

/**
 * Finishes what processes that ended left undone: shards that were opened and not written down, and streams that no table
 * writes to any more and that were not closed.
 */
export async function mendStreams({ tables, directory, streams }: Mending): Promise<void> {
  await streams.loaded;
  // Another process may be in the middle of creating a table with a stream, or of disabling one.
  await directory.change(async (turn) => {
    for (const stream of streams.known()) {
      if (stream.disabledAtMs !== undefined) continue;
      const table = await tableOf(turn, stream);
      if (table?.stream?.arn === stream.arn && table.stream.enabled) await streams.mend(stream);
      else await close({ tables, streams }, stream, table);
    }
  });
}

const tableOf = async (turn: DefinitionTurn, { account, region, tableArn }: Stream) =>
  await turn.find({ account, region }, tableArn);

async function close(
  { tables, streams }: Pick<Mending, 'tables' | 'streams'>,
  { arn, tableArn }: Stream,
  table: Table | undefined,
): Promise<void> {
  if (table) await followDefinition(tables, table);
  else await tables.drop(tableArn);
  await streams.disable(arn);
}

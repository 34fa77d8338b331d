import { HeadwaterError } from '../../../src/core/errors.ts';
import type { TableStore } from '../../../src/core/ports/table-store.ts';
import type { Table } from './table.ts';

/**
 * Resolves once no process can write to the table by a definition before this one, which was stored: what was on its way is
 * written, or is decided anew by this one. A table that is dropped is written by nobody. Rejects when the definition is not the
 * newest any more.
 */
export async function followDefinition(tables: TableStore, { arn, edition }: Table): Promise<void> {
  const outcome = await tables.commit([{ table: arn, key: '', edition }]).catch((error: unknown) => {
    if (!(error instanceof HeadwaterError && error.code === 'TABLE_MISSING')) throw error;
  });
  if (outcome === 'conflict') throw new HeadwaterError('VERSION_CONFLICT', `${arn} was changed by another process`);
}

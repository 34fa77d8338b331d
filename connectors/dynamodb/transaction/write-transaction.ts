import type { RequestContext } from '../../../src/core/operation.ts';
import type { ItemKey } from '../items/item-key.ts';
import { type PlannedWrite, type WrittenItem, writeItems } from '../items/write-items.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';
import { transactionCanceled } from './cancellation.ts';

/** Writes all of the items or none; refused with the reasons of all parts. */
export async function writeTransaction(
  service: DynamodbService,
  plans: readonly PlannedWrite[],
  { traceHeader }: Pick<RequestContext, 'traceHeader'>,
): Promise<readonly WrittenItem[]> {
  refuseSameItem(plans);
  return await writeItems(service, plans, { refuse: transactionCanceled, traceHeader });
}

/** A transaction can do only one thing to an item. */
export function refuseSameItem(parts: readonly { readonly table: Table; readonly key: ItemKey }[]): void {
  const names = new Set(parts.map(({ table, key }) => `${table.arn}\n${key.key}`));
  if (names.size === parts.length) return;
  throw validationException('Transaction request cannot include multiple operations on one item');
}

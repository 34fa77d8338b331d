import type { RequestContext } from '../../../src/core/operation.ts';
import type { ItemKey } from '../items/item-key.ts';
import { commitItems, type PlannedWrite, readItems, type WrittenItem } from '../items/write-items.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';
import { transactionCanceled } from './cancellation.ts';
import { requestContent } from './request-content.ts';

/** What makes a transaction the same as one before. */
export interface TransactionIdentity {
  /** `ClientRequestToken`. */
  readonly token: string | undefined;
  /** The parts of the request. */
  readonly parts: unknown;
}

/** What a transaction came to: also when it was done before, for what its answer tells of it. */
export interface WrittenTransaction {
  readonly written: readonly WrittenItem[];
  readonly again: boolean;
}

/** Writes all of the items or none, once for each token; refused with the reasons of all parts. */
export async function writeTransaction(
  service: DynamodbService,
  plans: readonly PlannedWrite[],
  { token, parts }: TransactionIdentity,
  { account, region, traceHeader }: RequestContext,
): Promise<WrittenTransaction> {
  refuseSameItem(plans);
  const content = requestContent(parts);
  const written = await commitItems(service, plans, {
    ...{ refuse: transactionCanceled, traceHeader },
    along: async () => (token === undefined ? [] : await service.tokens.mark(`${account}/${region}/${token}`, content)),
  });
  if (written) return { written, again: false };
  const found = await readItems(service, plans);
  return { written: found.map((stored) => ({ before: stored?.item, after: stored?.item })), again: true };
}

/** A transaction can do only one thing to an item. */
export function refuseSameItem(parts: readonly { readonly table: Table; readonly key: ItemKey }[]): void {
  const names = new Set(parts.map(({ table, key }) => `${table.arn}\n${key.key}`));
  if (names.size === parts.length) return;
  throw validationException('Transaction request cannot include multiple operations on one item');
}

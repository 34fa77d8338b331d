import type { RangeQuery } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import type { KeyCondition } from '../expressions/key-condition/key-condition.ts';
import { type KeyRange, keyRange } from '../expressions/key-condition/key-range.ts';
import { validationException } from '../values/refusal.ts';
import type { ReadIndex } from './read-index.ts';
import { startPlace } from './start-key.ts';

/** The part of an index that a query reads, from where it goes on. */
export function queryRange(
  index: ReadIndex,
  condition: KeyCondition,
  { start, reverse }: { readonly start: AttributeMap | undefined; readonly reverse: boolean },
): Omit<RangeQuery, 'limit'> {
  const wanted = keyRange(condition, { partition: index.key.hash, sort: index.key.range });
  const after = start && startPlace(index, start);
  if (after) checkStart(after, wanted, condition.size);
  return { ...wanted, after, reverse };
}

/** A page cannot begin where the query does not lead. */
function checkStart(
  after: NonNullable<RangeQuery['after']>,
  { partition, from = '', to }: KeyRange,
  conditions: number,
): void {
  if (after.partition !== partition) {
    throw validationException(
      conditions === 1
        ? 'The provided starting key is outside query boundaries based on provided conditions'
        : 'The query can return at most one row and cannot be restarted',
    );
  }
  if (after.sort < from || (to !== undefined && after.sort >= to)) {
    throw validationException('The provided starting key does not match the range key predicate');
  }
}

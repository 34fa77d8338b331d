import { ServiceError } from '../../../src/core/errors.ts';
import type { RangeQuery } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { attributeOf, hasKey, keyOfRequest, pickKeys, placeOf } from '../items/item-key.ts';
import { checkItem } from '../values/check-value.ts';
import { validationException } from '../values/refusal.ts';
import { placeNames, type ReadIndex } from './read-index.ts';

const INVALID = 'The provided starting key is invalid';

/** Checks the values of an `ExclusiveStartKey`, before its table is known. */
export function readStartKey(given: Readonly<Record<string, unknown>> | undefined): AttributeMap | undefined {
  if (given === undefined) return undefined;
  return explained(() => checkItem(given));
}

/** The place behind which reading begins; refuses a key that is none of what is read. */
export function startPlace(index: ReadIndex, start: AttributeMap): NonNullable<RangeQuery['after']> {
  const names = placeNames(index);
  const isComplete = Object.keys(start).length === names.length && names.every((name) => attributeOf(start, name));
  if (index.secondary && !(isComplete && hasKey(index, start))) throw validationException(INVALID);
  const own = isComplete ? pickKeys(start, index.table.key) : start;
  const { key } = explained(() => keyOfRequest(index.table, own));
  return { ...placeOf(index.key, start), key };
}

/** Where a page ended, for the next one to begin behind. */
export function lastEvaluatedKey({ table, key }: ReadIndex, item: AttributeMap): AttributeMap {
  return pickKeys(item, table.key, key);
}

function explained<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof ServiceError) throw validationException(`${INVALID}: ${error.message}`);
    throw error;
  }
}

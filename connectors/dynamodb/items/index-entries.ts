import type { IndexEntry } from '../../../src/core/ports/table-store.ts';
import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { type AttributeDefinition, indexesOf, type SecondaryIndex, type Table } from '../table/table.ts';
import { typeOf } from '../values/attribute-type.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import { sizeOfValue } from '../values/size.ts';
import { expiryEntry } from './expiry-entry.ts';
import { attributeOf, definitionsOf, hasKey, type ItemKey, placeOf, refuseLongKey } from './item-key.ts';

/** The name of a table's own index in the table store. */
export const PRIMARY = '';

/** Where an item stands in its table and in those of its indexes that hold it. */
export function entriesOf(table: Table, key: ItemKey, item: AttributeMap): readonly IndexEntry[] {
  const entries: IndexEntry[] = [{ index: PRIMARY, partition: key.partition, sort: key.sort }];
  for (const index of indexesOf(table)) {
    if (hasKey(index, item)) entries.push({ index: index.name, ...placeOf(index.key, item) });
  }
  const expiry = expiryEntry(table, item);
  return expiry ? [...entries, expiry] : entries;
}

/**
 * Refuses an item whose attribute is a key of some index but cannot be that. AWS names the last global index first
 * (dynalite's tests against it).
 */
export function checkIndexKeys({ globalIndexes, localIndexes }: Table, item: AttributeMap): void {
  if (globalIndexes.length + localIndexes.length === 0) return;
  for (const index of [...localIndexes, ...globalIndexes].reverse()) {
    for (const definition of definitionsOf(index.key)) {
      const value = attributeOf(item, definition.name);
      if (value) checkIndexKey(index, definition, value);
    }
  }
}

function checkIndexKey(index: SecondaryIndex, { name, type }: AttributeDefinition, value: AttributeValue): void {
  const actual = typeOf(value);
  if (actual !== type) {
    throw invalidParameters(
      `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${actual} IndexName: ${index.name}`,
    );
  }
  if (actual !== 'N' && sizeOfValue(value) === 0) {
    throw validationException(
      `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${actual === 'S' ? 'string' : 'binary'} value. IndexName: ${index.name}, IndexKey: ${name}`,
    );
  }
  refuseLongKey(index.key, name, value);
}

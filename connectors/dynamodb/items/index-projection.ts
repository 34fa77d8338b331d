import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import type { SecondaryIndex, Table } from '../table/table.ts';
import { setAttribute } from '../values/attribute-map.ts';
import { attributeOf, pickKeys } from './item-key.ts';

/** What an index holds of an item. */
export function projectedItem(table: Table, { key, projection }: SecondaryIndex, item: AttributeMap): AttributeMap {
  if (projection.type === 'ALL') return item;
  const keys = pickKeys(item, table.key, key);
  if (projection.type !== 'INCLUDE') return keys;
  const included: Record<string, AttributeValue> = { ...keys };
  for (const name of projection.attributes) {
    const value = attributeOf(item, name);
    if (value) setAttribute(included, name, value);
  }
  return included;
}

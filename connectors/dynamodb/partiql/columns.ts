import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { type DocumentPath, valueAt } from '../expressions/path.ts';
import { setAttribute } from '../values/attribute-map.ts';

/**
 * What a `SELECT` returns of an item. A column is named by the last step of its path and stands alone, without what is
 * around it; without columns it is all of the item.
 */
export function selectColumns(columns: readonly DocumentPath[] | undefined, item: AttributeMap): AttributeMap {
  if (!columns) return item;
  const selected: Record<string, AttributeValue> = {};
  for (const path of columns) {
    const value = valueAt(item, path);
    if (value) setAttribute(selected, columnName(path), value);
  }
  return selected;
}

function columnName(path: DocumentPath): string {
  const last = path.findLastIndex((step) => typeof step === 'string');
  const places = path.slice(last + 1).map((place) => `[${place}]`);
  return `${path[last]}${places.join('')}`;
}

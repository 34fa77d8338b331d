import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { type AttributeDefinition, type KeySchema, keyNames, type Table } from '../table/table.ts';
import { setAttribute } from '../values/attribute-map.ts';
import { type AttributeType, typeOf } from '../values/attribute-type.ts';
import { encodeKey } from '../values/key-encoding.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import { sizeOfValue } from '../values/size.ts';

/** The primary key of an item: what identifies it in its table, and where that stands in the order of items. */
export interface ItemKey {
  /** Its attributes, as an item has them. */
  readonly attributes: AttributeMap;
  /** Identifies the item in the table store. */
  readonly key: string;
  readonly partition: string;
  /** Empty in a table without sort keys. */
  readonly sort: string;
}

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys */
const HASH_BYTES = 2048;
const RANGE_BYTES = 1024;
const EMPTY_VALUES: Partial<Record<AttributeType, string>> = { S: 'string', B: 'binary' };

/** The key of a checked item that is to be written. */
export function keyOfItem(table: Table, item: AttributeMap): ItemKey {
  for (const { name, type } of definitionsOf(table.key)) {
    const value = attributeOf(item, name);
    if (value === undefined) throw invalidParameters(`Missing the key ${name} in the item`);
    if (typeOf(value) !== type) {
      throw invalidParameters(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
    }
    refuseEmpty(name, value);
  }
  return keyOf(table.key, item);
}

/** Whether all of a table's or an index's key is there, and of its types: an index holds only items that have it. */
export function hasKey({ key }: { readonly key: KeySchema }, attributes: AttributeMap): boolean {
  return definitionsOf(key).every(({ name, type }) => {
    const value = attributeOf(attributes, name);
    return value !== undefined && typeOf(value) === type;
  });
}

/** The key that a request names: exactly the attributes of the table's key. */
export function keyOfRequest(table: Table, attributes: AttributeMap): ItemKey {
  const definitions = definitionsOf(table.key);
  if (Object.keys(attributes).length !== definitions.length || !hasKey(table, attributes)) throw keyMismatch();
  for (const { name } of definitions) refuseEmpty(name, attributes[name] as AttributeValue);
  return keyOf(table.key, attributes);
}

/** What AWS says of a key that is not one of the table's. */
export function keyMismatch() {
  return validationException('The provided key element does not match the schema');
}

/** The attributes of an item that make up these keys. */
export function pickKeys(item: AttributeMap, ...schemas: readonly KeySchema[]): AttributeMap {
  const picked: Record<string, AttributeValue> = {};
  for (const name of schemas.flatMap(keyNames)) {
    const value = attributeOf(item, name);
    if (value) setAttribute(picked, name, value);
  }
  return picked;
}

/** An item's own attribute of that name. */
export function attributeOf(item: AttributeMap, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** What a key consists of. */
export function definitionsOf({ hash, range }: KeySchema): readonly AttributeDefinition[] {
  return range ? [hash, range] : [hash];
}

/** Refuses a value that is longer than a key may be. */
export function refuseLongKey({ hash }: KeySchema, name: string, value: AttributeValue): void {
  const size = sizeOfValue(value);
  if (name === hash.name) {
    // AWS's text lacks the blank.
    if (size > HASH_BYTES) {
      throw invalidParameters(`Size of hashkey has exceeded the maximum size limit of${HASH_BYTES} bytes`);
    }
  } else if (size > RANGE_BYTES) {
    throw invalidParameters(`Aggregated size of all range keys has exceeded the size limit of ${RANGE_BYTES} bytes`);
  }
}

/** Where an index has an item with these key attributes. */
export function placeOf(key: KeySchema, item: AttributeMap): { readonly partition: string; readonly sort: string } {
  const range = key.range && item[key.range.name];
  return { partition: encodeKey(item[key.hash.name] as AttributeValue), sort: range ? encodeKey(range) : '' };
}

function keyOf(schema: KeySchema, item: AttributeMap): ItemKey {
  const attributes = pickKeys(item, schema);
  for (const [name, value] of Object.entries(attributes)) refuseLongKey(schema, name, value);
  const { partition, sort } = placeOf(schema, attributes);
  // The partition's length keeps apart what would be the same text otherwise.
  return { attributes, partition, sort, key: schema.range ? `${partition.length}:${partition}${sort}` : partition };
}

function refuseEmpty(name: string, value: AttributeValue): void {
  const type = EMPTY_VALUES[typeOf(value)];
  if (type === undefined || sizeOfValue(value) > 0) return;
  throw validationException(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${type} value. Key: ${name}`,
  );
}

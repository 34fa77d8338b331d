import type { AttributeValue } from '../../../src/core/records/dynamodb-change.ts';

/** The name of a value's type, as the API writes it. */
export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

/** The types that a key may have. */
export type KeyType = 'S' | 'N' | 'B';

/** All types. */
export const attributeTypes: readonly AttributeType[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'NULL', 'BOOL'];

/** The type of a checked value. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new TypeError('A checked value has a type.');
}

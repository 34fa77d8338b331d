import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';

/**
 * What a query asks of keys, by attribute: which of them are its table's or index's keys is known only there
 * ({@link keyRange}).
 */
export type KeyCondition = ReadonlyMap<string, KeyTest>;

/** What one key attribute must be. */
export interface KeyTest {
  readonly operator: '=' | '<' | '<=' | '>' | '>=' | 'between' | 'begins_with' | 'not-indexable';
  /** One value; two for `between`. */
  readonly values: readonly AttributeValue[];
}

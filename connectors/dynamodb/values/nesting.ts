import type { AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { validationException } from './refusal.ts';

/** Maps and lists around a value in an item, at most. docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-data-types */
export const MAX_NESTING = 31;

/** Refuses a value that would stand within more maps and lists than an item may have, counted from its attribute. */
export function refuseNesting(levels: number): void {
  if (levels <= MAX_NESTING) return;
  throw validationException(
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  );
}

/** How many maps and lists stand around the innermost value. */
export function nestingOf(value: AttributeValue): number {
  const parts = 'L' in value ? value.L : 'M' in value ? Object.values(value.M) : [];
  return parts.reduce((deepest, part) => Math.max(deepest, 1 + nestingOf(part)), 0);
}

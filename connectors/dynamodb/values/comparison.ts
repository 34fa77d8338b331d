import type { AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { compareNumbers } from './number.ts';

/**
 * Negative when `a` comes first, 0 when they are equal, `undefined` when they have no order: only strings, numbers and
 * binaries have one, each among themselves.
 */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if ('S' in a) return 'S' in b ? compareTexts(a.S, b.S) : undefined;
  if ('N' in a) return 'N' in b ? compareNumbers(a.N, b.N) : undefined;
  if ('B' in a) return 'B' in b ? Buffer.compare(a.B, b.B) : undefined;
  return undefined;
}

/** By UTF-8, which orders as code points do: surrogates, alone out of order in UTF-16, are compared as bytes. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  if (/[\ud800-\udfff]/.test(a) || /[\ud800-\udfff]/.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

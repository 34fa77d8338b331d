import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';

/** A list or map itself, and each of its elements. docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
const DOCUMENT_BYTES = 3;
const ELEMENT_BYTES = 1;

/** Bytes of an item as DynamoDB counts them for limits, capacity and stream records: names and values. */
export function sizeOfItem(item: AttributeMap): number {
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (value) size += Buffer.byteLength(name) + sizeOfValue(value);
  }
  return size;
}

/** Bytes of a value. */
export function sizeOfValue(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return sizeOfNumber(value.N);
  if ('B' in value) return value.B.length;
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('SS' in value) return sum(value.SS, (text) => Buffer.byteLength(text));
  if ('NS' in value) return sum(value.NS, sizeOfNumber);
  if ('BS' in value) return sum(value.BS, (bytes) => bytes.length);
  if ('L' in value) return DOCUMENT_BYTES + sum(value.L, (element) => ELEMENT_BYTES + sizeOfValue(element));
  return DOCUMENT_BYTES + Object.keys(value.M).length * ELEMENT_BYTES + sizeOfItem(value.M);
}

/**
 * Of a canonical number: one byte, one for each two significant digits, whole and fraction rounded up on their own, and one for the minus: as
 * measured at the item limit, where the guide's rule is a byte off.
 */
function sizeOfNumber(text: string): number {
  const minus = text.startsWith('-') ? 1 : 0;
  const point = text.indexOf('.');
  if (point === -1) return 1 + minus + Math.ceil((endOfDigits(text) - minus) / 2);
  const isBelowOne = text.startsWith('0', minus);
  const whole = isBelowOne ? 0 : point - minus;
  const fraction = text.length - (isBelowOne ? text.search(/[1-9]/) : point + 1);
  return 1 + minus + Math.ceil(whole / 2) + Math.ceil(fraction / 2);
}

/** Where the zeros begin at the end of a whole number: they are no digits of it. */
function endOfDigits(text: string): number {
  let end = text.length;
  while (text[end - 1] === '0') end -= 1;
  return end;
}

function sum<T>(values: readonly T[], sizeOf: (value: T) => number): number {
  return values.reduce((total, value) => total + sizeOf(value), 0);
}

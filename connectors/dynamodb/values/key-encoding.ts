import type { AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { parseDecimal } from './number.ts';

/** Exponents, -129 to 126, as bytes; a negative number's the other way round. */
const MIN_EXPONENT = -129;
const MAX_EXPONENT = 126;
const NEGATIVE = '\x00';
const ZERO = '\x01';
const POSITIVE = '\x02';

/**
 * A key's value as a string of bytes, one character each, that compares as DynamoDB orders keys: strings by their UTF-8,
 * binaries by their bytes, numbers by their value.
 */
export function encodeKey(value: AttributeValue): string {
  if ('S' in value) return encodeText(value.S);
  if ('B' in value) return Buffer.from(value.B.buffer, value.B.byteOffset, value.B.length).toString('latin1');
  if ('N' in value) return encodeNumber(value.N);
  throw new TypeError('Only strings, numbers and binaries are keys.');
}

function encodeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is its own UTF-8.
  return /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Sign, exponent, digits; a negative number's turned round, and closed by what is greater than any digit. */
function encodeNumber(text: string): string {
  const { sign, digits, exponent } = parseDecimal(text);
  if (sign === 0) return ZERO;
  if (sign === 1) return POSITIVE + String.fromCharCode(exponent - MIN_EXPONENT) + digits;
  const turned = digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
  return `${NEGATIVE}${String.fromCharCode(MAX_EXPONENT - exponent)}${turned}~`;
}

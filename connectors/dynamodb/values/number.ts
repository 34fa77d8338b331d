import { validationException } from './refusal.ts';

/**
 * A number as DynamoDB holds it: `sign × 0.digits × 10^exponent`. Without leading or trailing zeros in the digits; zero
 * has none.
 */
export interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  readonly exponent: number;
}

// docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
const MAX_DIGITS = 38;
/** Of 9.99…E+125, written as 0.999…E+126. */
const MAX_EXPONENT = 126;
/** Of 1E-130, written as 0.1E-129. */
const MIN_EXPONENT = -129;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const ZERO: Decimal = { sign: 0, digits: '', exponent: 0 };

/** Reads a number as a request writes it; refuses in AWS's words what is none, or none that DynamoDB can hold. */
export function parseDecimal(text: string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') {
    const value = text === '' ? '' : `: ${text}`;
    throw validationException(`The parameter cannot be converted to a numeric value${value}`);
  }
  return fitting(normalized(sign === '-' ? -1 : 1, whole + fraction, whole.length + Number(exponent)));
}

/** Writes a number as DynamoDB answers it: no exponent, no superfluous zeros. */
export function formatDecimal({ sign, digits, exponent }: Decimal): string {
  if (sign === 0) return '0';
  const minus = sign === -1 ? '-' : '';
  if (exponent <= 0) return `${minus}0.${'0'.repeat(-exponent)}${digits}`;
  if (digits.length <= exponent) return minus + digits + '0'.repeat(exponent - digits.length);
  return `${minus}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** The one way that DynamoDB writes a number, so that equal numbers are equal texts. */
export function canonicalNumber(text: string): string {
  // Most numbers are short whole ones, which are canonical already.
  return /^(0|-?[1-9]\d{0,14})$/.test(text) ? text : formatDecimal(parseDecimal(text));
}

/** Negative when `a` is the smaller one, 0 when they are equal. Both canonical. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  if (left.sign !== right.sign) return left.sign - right.sign;
  const byMagnitude =
    left.exponent - right.exponent || (left.digits < right.digits ? -1 : left.digits > right.digits ? 1 : 0);
  return left.sign * byMagnitude;
}

/** The sum, canonical; refused when DynamoDB cannot hold it exactly. */
export function addNumbers(a: string, b: string): string {
  const left = parseDecimal(a);
  const right = parseDecimal(b);
  const scale = Math.min(left.exponent - left.digits.length, right.exponent - right.digits.length);
  const sum = scaled(left, scale) + scaled(right, scale);
  const digits = String(sum < 0n ? -sum : sum);
  return formatDecimal(fitting(normalized(sum < 0n ? -1 : 1, digits, digits.length + scale)));
}

/** The difference, canonical; refused when DynamoDB cannot hold it exactly. */
export function subtractNumbers(a: string, b: string): string {
  return addNumbers(a, b.startsWith('-') ? b.slice(1) : `-${b}`);
}

function scaled({ sign, digits, exponent }: Decimal, scale: number): bigint {
  if (sign === 0) return 0n;
  return BigInt(sign) * BigInt(digits) * 10n ** BigInt(exponent - digits.length - scale);
}

function normalized(sign: -1 | 1, digits: string, exponent: number): Decimal {
  const leading = /^0*/.exec(digits)?.[0].length ?? 0;
  if (leading === digits.length) return ZERO;
  return { sign, digits: digits.slice(leading).replace(/0+$/, ''), exponent: exponent - leading };
}

function fitting(number: Decimal): Decimal {
  if (number.exponent > MAX_EXPONENT) {
    throw validationException(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    );
  }
  if (number.exponent < MIN_EXPONENT) {
    throw validationException(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  }
  if (number.digits.length > MAX_DIGITS) {
    throw validationException('Attempting to store more than 38 significant digits in a Number');
  }
  return number;
}

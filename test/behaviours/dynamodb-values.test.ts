// Attribute values: what DynamoDB takes, how it writes numbers, orders keys and counts bytes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkItem, checkValue } from '../../connectors/dynamodb/values/check-value.ts';
import { compareValues } from '../../connectors/dynamodb/values/comparison.ts';
import { sameItem, sameValue } from '../../connectors/dynamodb/values/equality.ts';
import { encodeKey } from '../../connectors/dynamodb/values/key-encoding.ts';
import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  parseDecimal,
  subtractNumbers,
} from '../../connectors/dynamodb/values/number.ts';
import { sizeOfItem, sizeOfValue } from '../../connectors/dynamodb/values/size.ts';
import type { AttributeValue } from '../../src/core/records/dynamodb-change.ts';
import { anyText } from '../support/any-text.ts';
import { runSeed } from '../support/seed.ts';

const seed = runSeed('dynamodb values');
const INVALID = 'One or more parameter values were invalid: ';

describe('a value', () => {
  const EMPTY = 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes';
  const SEVERAL =
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes';

  test.each<readonly [unknown, string]>([
    [{}, EMPTY],
    [undefined, EMPTY],
    [{ L: [{}] }, EMPTY],
    [{ M: { a: {} } }, EMPTY],
    [{ S: 'a', N: '1' }, SEVERAL],
    [{ S: 'a', N: 'b' }, 'The parameter cannot be converted to a numeric value: b'],
    [{ N: '' }, 'The parameter cannot be converted to a numeric value'],
    [{ N: `1.${'2'.repeat(38)}` }, 'Attempting to store more than 38 significant digits in a Number'],
    [{ N: '1e126' }, 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    [{ N: '-1e-131' }, 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
    [{ SS: [] }, `${INVALID}An string set  may not be empty`],
    [{ NS: [] }, `${INVALID}An number set  may not be empty`],
    [{ BS: [] }, `${INVALID}Binary sets should not be empty`],
    [{ SS: ['a', 'a'] }, `${INVALID}Input collection [a, a] contains duplicates.`],
    [{ NS: ['1', '1.0'] }, 'Input collection contains duplicates'],
    [
      { BS: [Buffer.from('b'), Buffer.from('b')] },
      `${INVALID}Input collection [Yg==, Yg==]of type BS contains duplicates.`,
    ],
  ])('%j is refused in AWS’s words', (input, message) => {
    expect(() => checkValue(input)).toThrowError(expect.objectContaining({ code: 'ValidationException', message }));
  });

  test('may nest 32 levels deep and no deeper', () => {
    const nested = (levels: number): unknown => (levels === 0 ? { S: 'leaf' } : { M: { n: nested(levels - 1) } });
    expect(checkItem({ a: nested(31) })).toEqual({ a: nested(31) });
    expect(() => checkItem({ a: nested(32) })).toThrowError(/^Nesting Levels have exceeded supported limits/);
  });

  test('may be an empty string, binary, list or map', () => {
    const empty = { s: { S: '' }, b: { B: Buffer.alloc(0) }, l: { L: [] }, m: { M: {} } };
    expect(checkItem(empty)).toEqual(empty);
  });

  test('of null is always true', () => {
    expect(checkValue({ NULL: false })).toEqual({ NULL: true });
  });

  test('may be named like a property of objects', () => {
    const item = checkItem(JSON.parse('{"__proto__":{"S":"a"},"constructor":{"N":"01"}}'));
    expect(Object.entries(item)).toEqual([
      ['__proto__', { S: 'a' }],
      ['constructor', { N: '1' }],
    ]);
  });
});

/** A number as its parts, so that a test can know its value exactly. */
const decimals = fc.record({
  mantissa: fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
  exponent: fc.integer({ min: -130, max: 88 }),
});

/** Its value times 10¹³⁰, whole. */
const worthOf = ({ mantissa, exponent }: { mantissa: bigint; exponent: number }) =>
  mantissa * 10n ** BigInt(exponent + 130);
const textOf = ({ mantissa, exponent }: { mantissa: bigint; exponent: number }) => `${mantissa}e${exponent}`;
const sign = (difference: bigint | number) => (difference < 0 ? -1 : difference > 0 ? 1 : 0);

/** The value of a text without exponent, read by a second, simpler rule. */
function plainValue(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(130, '0'));
}

describe('a number', () => {
  test.each([
    ['0042.1200', '42.12'],
    ['-0', '0'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['1e3', '1000'],
    ['1E-3', '0.001'],
    ['1E125', `1${'0'.repeat(125)}`],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ])('written %s is held as %s', (written, held) => {
    expect(canonicalNumber(written)).toBe(held);
  });

  test('keeps its value whatever way it is written', () => {
    const property = fc.property(decimals, (number) => {
      expect(plainValue(canonicalNumber(textOf(number)).replace(/^(-?)0\./, '$1.'))).toBe(worthOf(number));
    });
    fc.assert(property, { seed });
  });

  test('is ordered by its value, as a number and as a key', () => {
    const property = fc.property(decimals, decimals, (a, b) => {
      const expected = sign(worthOf(a) - worthOf(b));
      const [left, right] = [canonicalNumber(textOf(a)), canonicalNumber(textOf(b))];
      const [leftKey, rightKey] = [encodeKey({ N: left }), encodeKey({ N: right })];
      expect(sign(compareNumbers(left, right))).toBe(expected);
      expect(leftKey < rightKey ? -1 : leftKey > rightKey ? 1 : 0).toBe(expected);
    });
    fc.assert(property, { seed });
    const near = ['-1e125', '-10.5', '-10.4', '-10', '-1e-130', '0', '1e-130', '9', '9.1', '10', '9.9e125'];
    const keys = near.map((text) => encodeKey({ N: canonicalNumber(text) }));
    expect([...keys].sort()).toEqual(keys);
    for (const key of keys) expect(Buffer.from(key, 'latin1').toString('latin1')).toBe(key);
  });

  test('is added and subtracted exactly', () => {
    const small = fc.record({
      mantissa: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      exponent: fc.integer({ min: -10, max: 5 }),
    });
    const property = fc.property(small, small, (a, b) => {
      const [left, right] = [canonicalNumber(textOf(a)), canonicalNumber(textOf(b))];
      expect(plainValue(addNumbers(left, right).replace(/^(-?)0\./, '$1.'))).toBe(worthOf(a) + worthOf(b));
      expect(plainValue(subtractNumbers(left, right).replace(/^(-?)0\./, '$1.'))).toBe(worthOf(a) - worthOf(b));
    });
    fc.assert(property, { seed });
  });

  test('that a sum cannot hold exactly is refused', () => {
    expect(() => addNumbers('1e100', '1')).toThrowError('Attempting to store more than 38 significant digits');
    expect(() => addNumbers('9e125', '9e125')).toThrowError('Number overflow');
  });
});

describe('a key', () => {
  test('of text is ordered by its UTF-8, of binary by its bytes', () => {
    const text = anyText({ maxLength: 6 });
    const texts = fc.property(text, text, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      const [left, right] = [encodeKey({ S: a }), encodeKey({ S: b })];
      expect(left < right ? -1 : left > right ? 1 : 0).toBe(expected);
      expect(compareValues({ S: a }, { S: b })).toBe(expected);
    });
    fc.assert(texts, { seed });
    const binaries = fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      const [left, right] = [encodeKey({ B: a }), encodeKey({ B: b })];
      expect(left < right ? -1 : left > right ? 1 : 0).toBe(Buffer.compare(a, b));
    });
    fc.assert(binaries, { seed });
  });
});

describe('two values', () => {
  test('are the same whatever the order of sets and maps, but not of lists', () => {
    expect(sameValue({ SS: ['a', 'b'] }, { SS: ['b', 'a'] })).toBe(true);
    expect(sameValue({ BS: [Buffer.from('a'), Buffer.from('b')] }, { BS: [Buffer.from('b'), Buffer.from('a')] })).toBe(
      true,
    );
    expect(sameItem({ a: { S: 'x' }, b: { N: '1' } }, { b: { N: '1' }, a: { S: 'x' } })).toBe(true);
    expect(sameValue({ L: [{ N: '1' }, { N: '2' }] }, { L: [{ N: '2' }, { N: '1' }] })).toBe(false);
    expect(sameValue({ S: '1' }, { N: '1' })).toBe(false);
    expect(sameItem({ a: { S: 'x' } }, { b: { S: 'x' } })).toBe(false);
  });

  test('have an order only within strings, numbers or binaries', () => {
    expect(compareValues({ N: '9' }, { N: '10' })).toBeLessThan(0);
    expect(compareValues({ S: '9' }, { S: '10' })).toBeGreaterThan(0);
    expect(compareValues({ S: '9' }, { N: '10' })).toBeUndefined();
    expect(compareValues({ BOOL: true }, { BOOL: false })).toBeUndefined();
  });
});

describe('the size', () => {
  // Measured at the item limit of eu-west-2 in August 2026.
  test.each<readonly [string, number]>([
    ['0', 1],
    ['1', 2],
    ['123', 3],
    ['1234', 3],
    ['12345678901234567890123456789012345678', 20],
    ['100', 2],
    ['1010', 3],
    ['0.0000001', 2],
    ['1E125', 2],
    ['1.5', 3],
    ['3.14159', 5],
    ['100.5', 4],
    ['-42', 3],
    ['-0', 1],
  ])('of the number %s is %d bytes', (text, bytes) => {
    expect(sizeOfValue({ N: canonicalNumber(text) })).toBe(bytes);
  });

  test('of any number counts the significant digits of its whole and its fraction', () => {
    const property = fc.property(decimals, (number) => {
      const { sign, digits, exponent } = parseDecimal(textOf(number));
      const whole = Math.max(0, Math.min(digits.length, exponent));
      const bytes = 1 + Math.ceil(whole / 2) + Math.ceil((digits.length - whole) / 2) + (sign === -1 ? 1 : 0);
      expect(sizeOfValue({ N: canonicalNumber(textOf(number)) })).toBe(bytes);
    });
    fc.assert(property, { seed });
  });

  test.each<readonly [AttributeValue, number]>([
    [{ S: 'äb' }, 3],
    [{ B: Buffer.from('abc') }, 3],
    [{ BOOL: true }, 1],
    [{ NULL: true }, 1],
    [{ SS: ['a', 'bc'] }, 3],
    [{ L: [] }, 3],
    [{ L: [{ S: 'ab' }] }, 6],
    [{ M: { key: { S: 'ab' } } }, 9],
  ])('of %j is %d bytes', (value, bytes) => {
    expect(sizeOfValue(value)).toBe(bytes);
  });

  test('of an item is that of its names and values', () => {
    expect(sizeOfItem({ id: { S: 'Fred' }, n: { N: '7' } })).toBe(2 + 4 + 1 + 2);
  });
});

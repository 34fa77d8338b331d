// Whatever pattern and message: regular expressions find what the language's own find, the fields of a line are those that
// one expression takes it apart into, and no message holds up the process that looks through it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFilterPattern } from '../../src/services/logs/filter/filter-pattern.ts';
import { runSeed } from '../support/seed.ts';

const seed = runSeed('log filter patterns');
const finds = (pattern: string, message: string) => parseFilterPattern(pattern).match(message) !== undefined;

describe('a regular expression', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '.',
    '\\d',
    '\\D',
    '\\w',
    '\\s',
    '\\S',
    '[ab]',
    '[^a]',
    '[]',
    '\\.',
    '\\x61',
    '-',
  );
  const count = fc.constantFrom(
    '',
    '',
    '',
    '*',
    '+',
    '?',
    '{2}',
    '{0}',
    '{1,}',
    '{0,}',
    '{1,3}',
    '{0,2}',
    '*?',
    '+?',
    '??',
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(atom, count).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.constantFrom('^', '$') },
  );
  const alternative = fc.array(step, { maxLength: 5 }).map((steps) => steps.join(''));
  const expression = fc.array(alternative, { minLength: 1, maxLength: 3 }).map((all) => all.join('|'));
  const message = fc.array(fc.constantFrom('a', 'b', 'a', '1', '.', ' ', '\n', 'é', '\ud800'), { maxLength: 12 });

  test('finds what the language finds', () => {
    const property = fc.property(
      expression.filter((source) => source !== ''),
      message.map((units) => units.join('')),
      (source, text) => {
        expect(finds(`%${source}%`, text)).toBe(new RegExp(source).test(text));
      },
    );
    fc.assert(property, { seed, numRuns: 1_000 });
  });

  test.each([
    ['%a*a*a*a*a*a*a*a*a*b%', 'a'],
    ['%a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaaaaaaaaaaab%', 'a'],
    ['{ $.a = %[a-z]+[a-z]+[a-z]+[a-z]+[0-9]% }', 'a'],
    ['[f = %.*.*.*.*.*=.*%]', 'x'],
  ])('%s comes to an end in a long line', (pattern, text) => {
    const line = text.repeat(20_000);
    expect(finds(pattern, pattern.startsWith('{') ? JSON.stringify({ a: line }) : line)).toBe(false);
  });

  test.each(['%a\\b%', '%\\1%', '%\\u0061%', '%[\\b]%', '%*a%', '%a**%', '%[b-a]%', '%a{2,1}%', '%[a%'])(
    'is refused where AWS has no such operator: %s',
    (pattern) => expect(() => parseFilterPattern(pattern)).toThrow(`Invalid character(s) in term '${pattern}'`),
  );

  test('is refused when it counts too far', () => {
    expect(finds('%a{1000}%', 'a'.repeat(1_000))).toBe(true);
    expect(() => parseFilterPattern('%[0-9]{0,100000}%')).toThrow('does not support more than 1100 characters');
    expect(() => parseFilterPattern('%a{1000}b{101}%')).toThrow('does not support more than 1100 characters');
  });
});

describe('the fields of a line', () => {
  const FIELD = /\[([^\]]*)\]|"([^"]*)"|(\S+)/g;
  const line = fc
    .array(fc.constantFrom('[', ']', '"', ' ', '\t', 'a', 'b'), { maxLength: 20 })
    .map((all) => all.join(''));

  test('are what stands in brackets, in quotes and between spaces', () => {
    const property = fc.property(line, (text) => {
      const expected = [...text.matchAll(FIELD)].map(([, inBrackets, quoted, word]) => inBrackets ?? quoted ?? word);
      expect(Object.values(parseFilterPattern('[...]').match(text) ?? {})).toEqual(expected);
    });
    fc.assert(property, { seed, numRuns: 1_000 });
  });

  test.each(['[ ', '[]', '"" ', '" [ '])('are found in a long line of %j', (text) => {
    expect(finds('[first, second = x, ...]', text.repeat(150_000))).toBe(false);
  });
});

test('a long line of digits is no number, and is known as none at once', () => {
  const line = `${'1'.repeat(300_000)}x`;
  expect(finds('[a > 1]', line)).toBe(false);
  expect(finds('{ $.a = 1 }', JSON.stringify({ a: line }))).toBe(false);
});

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html; sentences and places as
// AWS's engine (github.com/aws/event-ruler) gives them.
import { describe, expect, test } from 'vitest';
import { parseEventPattern } from '../../src/core/event-pattern/event-pattern.ts';
import { toLosslessJson } from '../../src/core/json/lossless-json.ts';

function refusal(text: string): string {
  try {
    parseEventPattern(text, 'rule');
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const at = (text: string, column: number) => `\n at [Source: (String)"${text}"; line: 1, column: ${column}]`;

describe('a rule pattern', () => {
  test.for([
    ['', 'Filter is not an object', 1],
    ['[]', 'Filter is not an object', 2],
    ['"a"', 'Filter is not an object', 2],
    ['{}', 'Empty objects are not allowed', 3],
    ['{"a":"b"}', '"a" must be an object or an array', 7],
    ['{"a":[{}]}', 'Match expression name not found', 9],
    ['{"a":[["b"]]}', 'Match value must be String, number, true, false, or null', 8],
    ['{"a":[{"like":"b"}]}', 'Unrecognized match type like', 16],
    ['{"a":[{"prefix":1,"suffix":"b"}]}', 'prefix match pattern must be a string', 18],
    ['{"a":[{"prefix":"a","suffix":"b"}]}', 'Only one key allowed in match expression', 31],
    ['{"a":[{"numeric":["=",1],"suffix":"b"}]}', 'Too many elements in numeric expression', 36],
    ['{"a":[{"prefix":{"suffix":"b"}}]}', 'Unsupported prefix pattern: suffix', 28],
    ['{"a":[{"suffix":{}}]}', 'Suffix expression name not found', 19],
    ['{"a":[{"anything-but":{}}]}', 'Anything-But expression name not found', 25],
    ['{"a":[{"numeric":[">",6e9]}]}', 'Value must be between -5.0E9 and 5.0E9, inclusive', 27],
    ['{"a":[{"numeric":["=",1,"<",2]}]}', 'Too many elements in numeric expression', 26],
    ['{"a" "b"}', `Unexpected character ('"' (code 34)): was expecting a colon to separate field name and value`, 6],
  ] as const)('%s is refused in the words of AWS', ([text, reason, column]) => {
    expect(refusal(text)).toBe(`${reason}${at(text, column)}`);
  });

  test.for([
    ['{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
    ['{"a":[{"cidr":"10.0.0.300/8"}]}', 'Invalid IP address: 10.0.0.300'],
    ['{"a":[{"cidr":"10.0.0.0/-1"}]}', 'Malformed CIDR, mask bits must not be negative'],
    ['{"a":[{"cidr":"2001:db8::/128"}]}', 'IPv6 mask bits must be < 128'],
  ] as const)('%s is refused without a place', ([text, reason]) => {
    expect(refusal(text)).toBe(reason);
  });

  test.for(['*:*:*:*:*:event-bus/*', '*a*a*a*a*a*a'])('%s is too complex', (wildcard) => {
    const text = JSON.stringify({ EventBusArn: [{ wildcard }] });
    expect(refusal(text)).toBe(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  });

  test.for(['/Users/*/dir/dir/dir/dir/dir/doc.txt', '*.example.*.com', 'a*b*c*d*e*f', '*', '**\\*'.slice(1)])(
    '%s is not',
    (wildcard) => {
      expect(refusal(JSON.stringify({ EventBusArn: [{ wildcard }] }))).toBe('accepted');
    },
  );
});

test('alternatives multiply to a thousand at most', () => {
  const choices = (prefix: string) => Array.from({ length: 10 }, (_, index) => ({ [prefix + index]: ['x'] }));
  const pattern = { $or: choices('a'), b: { $or: choices('b') }, c: { $or: choices('c') } };
  expect(refusal(JSON.stringify(pattern))).toBe('accepted');
  const more = { ...pattern, d: { $or: [{ e: ['x'] }, { f: ['x'] }] } };
  expect(refusal(JSON.stringify(more))).toContain('Rule is too complex');
});

test('many wildcards of one field are too complex together', () => {
  const stacks = (...names: string[]) => {
    const resources = names.map((name) => ({ wildcard: `*:stack/${name}/*` }));
    return refusal(JSON.stringify({ resources }));
  };
  expect(stacks('network', 'data', 'web')).toBe('accepted');
  expect(stacks('network', 'data', 'web', 'monitoring')).toContain('Rule is too complex');
});

describe('what a rule pattern compares', () => {
  const matches = (member: unknown, leaf: unknown) =>
    parseEventPattern(JSON.stringify({ a: [member] }), 'rule').matches(toLosslessJson({ a: leaf }));

  test.for([
    [{ cidr: '10.0.0.64/24' }, '10.0.0.7', false],
    [{ cidr: '10.0.0.64/24' }, '10.0.0.255', true],
    [{ cidr: '2001:db8::/32' }, '2001:0DB8:1::1', true],
    [{ cidr: '10.0.0.0/8' }, '::ffff:a00:1', true],
    ['2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
    [6e9, 6e9, true],
    [{ numeric: ['>', 1] }, 6e9, false],
    [{ numeric: ['>', 0] }, 0.0000001, false],
    [{ numeric: ['>', 4.349999] }, 4.35, true],
    [{ numeric: ['>', 3] }, 3.1234567891, true],
    [0.1234567, 0.1234569, true],
    [-0.5, -0.5, true],
    [{ exactly: 'x' }, 'x', true],
  ] as const)('%j on %j: %s', ([member, leaf, expected]) => {
    expect(matches(member, leaf)).toBe(expected);
  });
});

test.each(['rule', 'sns', 'mapping'] as const)(
  'a pattern of %s that goes deeper than an event can is refused',
  (dialect) => {
    const joined = JSON.stringify({ [`a${'.a'.repeat(100_000)}`]: ['x'] });
    const inTurn = JSON.stringify({ [`a${'.a'.repeat(600)}`]: { [`a${'.a'.repeat(600)}`]: ['x'] } });
    for (const text of [joined, inTurn])
      expect(() => parseEventPattern(text, dialect)).toThrow('Rule is nested too deeply');
  },
);

describe('a pattern that is long is checked in a moment', () => {
  test('for its very many fields', () => {
    const pattern = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, [index]]));
    expect(refusal(JSON.stringify(pattern))).toBe('accepted');
  });

  // It took a minute and a half, and takes a second.
  test('for a wildcard of very many different letters', { timeout: 60_000 }, () => {
    const letters = Array.from({ length: 55_000 }, (_, index) => String.fromCharCode(0x100 + index)).join('');
    expect(refusal(JSON.stringify({ source: [{ wildcard: `*${letters}` }] }))).toBe('accepted');
  });
});

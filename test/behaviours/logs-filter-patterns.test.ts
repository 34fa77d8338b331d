// Filter patterns: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
// The examples are those of the page.
import { describe, expect, test } from 'vitest';
import { parseFilterPattern } from '../../src/services/logs/filter/filter-pattern.ts';

const matching = (pattern: string, messages: readonly string[]) => {
  const filter = parseFilterPattern(pattern);
  return messages.filter((message) => filter.match(message) !== undefined);
};
const matches = (pattern: string, message: string | object) =>
  matching(pattern, [typeof message === 'string' ? message : JSON.stringify(message)]).length === 1;

describe('terms', () => {
  const LINES = ['ERROR WARN message', 'ERROR message', 'WARN message'];

  test.each([
    ['', LINES],
    ['ERROR', LINES.slice(0, 2)],
    ['ERROR WARN', LINES.slice(0, 1)],
    ['?ERROR ?WARN', LINES],
    ['ERROR -WARN', LINES.slice(1, 2)],
    ['"WARN message"', [LINES[0], LINES[2]]],
    ['%^WARN%', LINES.slice(2)],
    ['error', []],
    ['?WARN ERROR', LINES.slice(0, 2)],
  ])('%s', (pattern, expected) => expect(matching(pattern, LINES)).toEqual(expected));

  test('are found within words, and phrases with what is escaped in them', () => {
    expect(matches('ERROR', 'Exiting with ERRORCODE: -1')).toBe(true);
    expect(matches('"ERROR" -"Exiting"', 'Exiting with ERRORCODE: -1')).toBe(false);
    expect(matches('"say \\"hi\\""', 'they say "hi"')).toBe(true);
  });

  test.each(['a-b', 'a.b', '""', '"open', '[', 'x!', '%a(b)%'])('%s is refused', (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow();
  });
});

describe('JSON', () => {
  const EVENT = {
    eventType: 'UpdateTrail',
    sourceIPAddress: '111.111.111.111',
    arrayKey: ['value', 'another value'],
    objectList: [
      { name: 'a', id: 1 },
      { name: 'b', id: 2 },
    ],
    SomeObject: null,
    ThisFlag: true,
    latency: 500,
    errorCode: '400',
    'dotted.name': 'x',
    user: { id: 1, email: 'John.Stiles@example.com' },
    users: [{ id: 2, email: 'John.Doe@example.com' }],
    actions: ['GET', 'PUT', 'DELETE'],
    coordinates: [
      [0, 1, 2],
      [4, 5, 6],
    ],
  };

  test.each([
    '{ $.eventType = "UpdateTrail" }',
    '{ $.eventType = UpdateTrail }',
    '{$.eventType="Update*"}',
    '{ $.eventType = *Trail }',
    '{ $.eventType = %Up.*il$% }',
    '{ $.sourceIPAddress != 123.123.* }',
    '{ $.sourceIPAddress = 111.111.* }',
    '{ $.arrayKey[0] = "value" }',
    '{ $.arrayKey[*] = "another value" }',
    '{ $.objectList[1].id = 2 }',
    '{ $.SomeObject IS NULL }',
    '{ $.SomeOtherObject NOT EXISTS }',
    '{ $.ThisFlag IS TRUE }',
    '{ $.latency >= 500 }',
    '{ $.latency < 10e3 }',
    '{ $.latency > +4.5e1 }',
    '{ $.latency = * }',
    '{ $.errorCode = 400 }',
    `{ $.['dotted.name'] = x }`,
    '{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }',
    '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
  ])('%s matches', (pattern) => expect(matches(pattern, EVENT)).toBe(true));

  test.each([
    '{ $.eventType = "updatetrail" }',
    '{ $.eventType = Up*Trail }',
    '{ $.eventType[0] = "UpdateTrail" }',
    '{ $.users = 1 }',
    '{ $.users != 1 }',
    '{ $.missing != 1 }',
    '{ $.SomeObject NOT EXISTS }',
    '{ $.ThisFlag IS FALSE }',
    '{ $.latency > 500 }',
    '{ $.eventType > 5 }',
    '{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }',
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }',
  ])('%s does not match', (pattern) => expect(matches(pattern, EVENT)).toBe(false));

  test('is not looked for in what is none', () => {
    expect(matches('{ $.a NOT EXISTS }', 'plain text')).toBe(false);
    expect(matches('{ $.a NOT EXISTS }', '{broken')).toBe(false);
  });

  test.each(['{ $.a = 1', '{ a = 1 }', '{ $.a }', '{ $.a = }', '{ $.a = 1 && }', '{ ($.a = 1 }', '{ $.a > x }', '{}'])(
    '%s is refused',
    (pattern) => expect(() => parseFilterPattern(pattern)).toThrow(),
  );

  test('says what is missing at the end', () => {
    expect(() => parseFilterPattern('{ $.a = 1')).toThrow(`If a filter pattern starts with '{' it must end with '}'`);
  });
});

describe('fields', () => {
  const LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

  test.each([
    '[ip, user, username, timestamp, request, status_code, bytes]',
    '[ip, user, username, timestamp, request, status_code, bytes > 1000]',
    '[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]',
    '[ip, user, username, timestamp, request, status_code = 4* && status_code != 403, bytes]',
    '[ip, user, username, timestamp, request, (status_code = 403 || status_code = 404), bytes]',
    '[..., status_code, bytes < 2000]',
    '[ip = 127.0.0.1, ...]',
    '[ip = %127\\.0\\.0\\.[1-9]%, ...]',
    '[ip, user, ..., status_code = 404, bytes]',
  ])('%s matches', (pattern) => expect(matches(pattern, LINE)).toBe(true));

  test.each([
    '[ip, user]',
    '[ip, user, username, timestamp, request, status_code = 200, bytes]',
    '[a, b, c, d, e, f, g, h, ...]',
    '[..., bytes > 2000]',
  ])('%s does not match', (pattern) => expect(matches(pattern, LINE)).toBe(false));

  test('are taken out by their names, or by their numbers', () => {
    expect(parseFilterPattern('[..., request=*.html*, status_code=4*,]').match(LINE)).toEqual({
      ...{ $1: '127.0.0.1', $2: '-', $3: 'frank', $4: '10/Oct/2000:13:25:15 -0700' },
      ...{ $request: 'GET /index.html HTTP/1.0', $status_code: '404', $7: '1534' },
    });
  });

  test('are those of a REPORT line', () => {
    const line = 'REPORT RequestId: 1\tDuration: 12.5 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\n';
    const pattern = '[name = "REPORT", label = "RequestId:", id, word = "Duration:", duration > 10, unit, ...]';
    expect(parseFilterPattern(pattern).match(line)).toMatchObject({ $duration: '12.5', $id: '1' });
  });

  test.each(['[a', '[a =]', '[a, ..., b, ...]', '[a > x]'])('%s is refused', (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow();
  });
});

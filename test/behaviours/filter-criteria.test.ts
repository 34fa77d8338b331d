// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFilters, passes } from '../../mappings/poll/filter-criteria.ts';
import { parseEventPattern } from '../../src/core/event-pattern/event-pattern.ts';
import { parseLosslessJson, toLosslessJson } from '../../src/core/json/lossless-json.ts';
import { runSeed } from '../support/seed.ts';

const METADATA = { eventSource: 'aws:sqs', messageAttributes: { colour: { stringValue: 'red', dataType: 'String' } } };

function passesBody(body: string, ...patterns: readonly unknown[]): boolean {
  const texts = patterns.map((pattern) => (typeof pattern === 'string' ? pattern : JSON.stringify(pattern)));
  return passes(parseFilters(texts), { dataKey: 'body', data: body, metadata: () => METADATA });
}

describe('data and pattern', () => {
  test.each([
    ['plain text and plain pattern are compared', 'x', { body: ['x'] }, true],
    ['plain text that differs does not pass', 'y', { body: ['x'] }, false],
    ['plain text without a pattern for data: the metadata decide', 'x', { eventSource: ['aws:sqs'] }, true],
    ['plain text and a JSON pattern: dropped', 'x', { body: { k: ['x'] } }, false],
    ['JSON and a plain pattern: dropped', '{"k":"x"}', { body: ['{"k":"x"}'] }, false],
    ['JSON and a JSON pattern are compared', '{"k":"x"}', { body: { k: ['x'] } }, true],
    ['a bare number is text', '5', { body: ['5'] }, true],
    ['message attributes can be asked about', 'x', { messageAttributes: { colour: { stringValue: ['red'] } } }, true],
    ['data and metadata must both match', '{"k":"x"}', { body: { k: ['x'] }, eventSource: ['aws:kinesis'] }, false],
  ])('%s', (_case, body, pattern, passed) => {
    expect(passesBody(body, pattern)).toBe(passed);
  });

  test('one filter of several is enough, all fields of one filter are needed', () => {
    expect(passesBody('{"a":1,"b":2}', { body: { a: [9] } }, { body: { b: [2] } })).toBe(true);
    expect(passesBody('{"a":1,"b":2}', { body: { a: [1], b: [9] } })).toBe(false);
  });
});

describe('operators of mappings', () => {
  test.each([
    [{ n: [{ numeric: ['>', 100] }] }, '{"n":101}', true],
    [{ n: [{ numeric: ['>', 100] }] }, '{"n":100}', false],
    [{ n: [{ numeric: ['>=', 100, '<', 200] }] }, '{"n":100}', true],
    [{ n: [{ numeric: ['>=', 100, '<', 200] }] }, '{"n":200}', false],
    [{ k: [{ prefix: 'yes' }] }, '{"k":"yes-value"}', true],
    [{ k: [{ suffix: '.csv' }] }, '{"k":"a.csv"}', true],
    [{ k: [{ 'equals-ignore-case': 'ABC' }] }, '{"k":"abc"}', true],
    [{ k: [{ 'anything-but': ['a', 'b'] }] }, '{"k":"c"}', true],
    [{ k: [{ exists: true }] }, '{"k":"any"}', true],
    [{ k: [{ exists: true }] }, '{"k":{"leaf":1}}', false],
    [{ k: [{ exists: false }] }, '{"other":1}', true],
    [{ k: [null] }, '{"k":null}', true],
    [{ k: [''] }, '{"k":""}', true],
    [{ $or: [{ a: [1] }, { b: [2] }] }, '{"b":2}', true],
  ])('%j on %s: %s', (pattern, body, passed) => {
    expect(passesBody(body, { body: pattern })).toBe(passed);
  });

  test('numbers are equal when they are written alike', () => {
    expect(passesBody('{"n":300}', '{"body":{"n":[300]}}')).toBe(true);
    expect(passesBody('{"n":300.0}', '{"body":{"n":[300]}}')).toBe(false);
    expect(passesBody('{"n":12345678901234567891}', '{"body":{"n":[12345678901234567890]}}')).toBe(false);
  });

  test('of a key that is there twice the last counts', () => {
    expect(passesBody('{"n":1}', '{"body":{"n":[2],"n":[1]}}')).toBe(true);
  });

  test.each([{ wildcard: 'a*' }, { cidr: '10.0.0.0/8' }, { 'anything-but': { prefix: 'a' } }])(
    '%j is none',
    (operator) => {
      expect(() => parseEventPattern(JSON.stringify({ body: { k: [operator] } }), 'mapping')).toThrow();
    },
  );
});

describe('lossless JSON', () => {
  const plain = (text: string): unknown => {
    const json = parseLosslessJson(text);
    const strip = (value: NonNullable<typeof json>): unknown => {
      if (value.kind === 'object')
        return Object.fromEntries([...value.members].map(([key, member]) => [key, strip(member)]));
      return value.kind === 'array' ? value.items.map(strip) : value.value;
    };
    return json && strip(json);
  };

  test('reads what JSON.parse reads', () => {
    const examples: [string][] = [[' [1, -2.5e+3, "\\u00e9\\n", {"a" : {}}, []] ']];
    const same = (text: string) => {
      expect(plain(text)).toEqual(JSON.parse(text));
    };
    fc.assert(fc.property(fc.json(), same), { seed: runSeed('JSON of filters'), examples });
  });

  test.each(['', '{', '[1,]', '{"a":}', '{a:1}', "'a'", '01', '1.', '+1', 'nul', '"a', '"\\x"', '1 2', '"\n"', 'NaN'])(
    'refuses %j',
    (text) => expect(parseLosslessJson(text)).toBeUndefined(),
  );

  test('refuses nesting that would exhaust the stack', () => {
    expect(parseLosslessJson('['.repeat(100_000))).toBeUndefined();
  });

  test('keeps the text of numbers', () => {
    expect(parseLosslessJson('300.0')).toMatchObject({ kind: 'number', text: '300.0', value: 300 });
    expect(toLosslessJson({ a: [1, undefined, null] })).toMatchObject({ kind: 'object' });
  });
});

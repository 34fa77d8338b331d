// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html and what SNS answered to filter
// policies, which lies beside the checkout; that test is skipped, with a printed reason, where it does not.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type PatternDialect, parseEventPattern } from '../../src/core/event-pattern/event-pattern.ts';
import { toLosslessJson } from '../../src/core/json/lossless-json.ts';

const folder = join(import.meta.dirname, '../../../shared/aws-recorded/sns');

function refusal(text: string, dialect: PatternDialect): string {
  try {
    parseEventPattern(text, dialect);
    return 'accepted';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Every refusal that quotes the policy it refuses. */
function recordedRefusals(): readonly { readonly policy: string; readonly message: string }[] {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.recorded.json'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const quoted = texts.flatMap((text) => text.match(/"Invalid parameter: (?:[^"\\]|\\.)*"/g) ?? []);
  return quoted.flatMap((literal) => {
    const message = String(JSON.parse(literal)).replace(
      /^Invalid parameter: (?:Attributes Reason: )?FilterPolicy: /,
      '',
    );
    const policy = /\[Source: \(String\)"(.*)"; line/s.exec(message)?.[1];
    return policy === undefined ? [] : [{ policy, message }];
  });
}

describe('a filter policy', () => {
  test('is refused in the words of SNS', ({ skip }) => {
    skip(!existsSync(folder), 'the recordings (../shared/aws-recorded) are not beside this checkout');
    const refusals = recordedRefusals();
    expect(refusals.length).toBeGreaterThan(20);
    expect(refusals.map(({ policy }) => ({ policy, message: refusal(policy, 'sns') }))).toEqual(refusals);
  });

  test.for([
    [
      'invalid-json',
      "failed to parse JSON. Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 8]",
    ],
    [
      '{invalidjson}',
      "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
    ],
    ['{"key":[{"cidr":"bad-filter"}]}', "Malformed CIDR, one '/' required"],
    ['{"key":[{"cidr":"bad-/64filter"}]}', 'Malformed CIDR, mask bits must be an integer'],
    ['{"key":[{"cidr":"bad-filter/64"}]}', 'Nonstandard IP address: bad-filter'],
    ['{"key":[{"cidr":"xxxx:db8:1234:1a00::/64"}]}', 'Nonstandard IP address: xxxx:db8:1234:1a00::'],
  ] as const)('%s is refused as SNS does', ([policy, message]) => {
    expect(refusal(policy, 'sns')).toBe(message);
  });

  test.for([
    '{"k":[{"wildcard":"a*"}]}',
    '{"k":[{"anything-but":{"suffix":"a"}}]}',
    '{"k":[{"prefix":{"equals-ignore-case":"a"}}]}',
  ])('knows no %s', (policy) => {
    expect(refusal(policy, 'rule')).toBe('accepted');
    expect(refusal(policy, 'sns')).not.toBe('accepted');
  });

  test.for([
    [{ 'object.nested': ['x'] }, { object: { nested: 'x' } }, true],
    [{ 'object.nested': ['x'] }, { 'object.nested': 'x' }, true],
    [{ object: { nested: ['x'] } }, { 'object.nested': 'x' }, true],
    [{ 'object.nested.test': ['x'] }, { object: { 'nested.test': 'x' } }, true],
    [{ 'object.nested.test': ['x'] }, { 'object.nested': { test: 'x' } }, true],
    [{ 'object.nested.test': ['x'] }, { 'object.nested': 'x' }, false],
    [{ 'a.b': ['x'], 'a.c': ['y'] }, { 'a.b': 'x', a: { c: 'y' } }, true],
    [{ a: { b: ['x'] } }, { 'a.b': 'z', a: { b: 'x' } }, true],
    [
      { detail: { $or: [{ ip: [{ cidr: '10.0.0.0/24' }] }, { v6: [{ cidr: '2001:db8:1234:1a00::/64' }] }] } },
      { detail: { v6: '2001:0db8:1234:1a00:0::7' } },
      true,
    ],
  ] as const)('%j on %j: %s', ([policy, body, expected]) => {
    expect(parseEventPattern(JSON.stringify(policy), 'sns').matches(toLosslessJson(body))).toBe(expected);
  });
});

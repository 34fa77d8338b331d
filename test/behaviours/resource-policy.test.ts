// "You can use multi-character match wildcards (*) and single-character match wildcards (?) anywhere within an ARN segment."
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policyAllows } from '../../src/core/resource-policy.ts';
import { runSeed } from '../support/seed.ts';

const allows = (pattern: string, resource: string) =>
  policyAllows(
    { Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:*', Resource: pattern } },
    { principal: 's3.amazonaws.com', action: 'sqs:SendMessage', resource },
  );

test.each([
  ['*', 'anything', true],
  ['', '', true],
  ['*', '', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a*c', 'abbcbc', true],
  ['a*c', 'abbcb', false],
  ['a.c', 'abc', false],
  ['*:orders-*', 'arn:aws:sqs:us-east-1:000000000000:orders-a', true],
  ['*[x', 'y[x', true],
])('"%s" and "%s": %s', (pattern, resource, expected) => {
  expect(allows(pattern, resource)).toBe(expected);
});

test('any pattern means what the regular expression would that is written for it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  const simple = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  const property = fc.property(text, simple, (pattern, resource) => {
    const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
    expect(allows(pattern, resource)).toBe(expression.test(resource));
  });
  fc.assert(property, { seed: runSeed('resource patterns'), numRuns: 1000 });
});

test('a pattern that makes regular expressions go back and forth is answered at once', () => {
  expect(allows(`${'*a'.repeat(5000)}b`, 'a'.repeat(10_000))).toBe(false);
});

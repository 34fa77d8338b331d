import { checkValue } from '../../values/check-value.ts';
import { invalidParameters } from '../../values/refusal.ts';
import type { Condition } from '../condition/condition.ts';
import { checkTestValues, conditionOf, joined, type LegacyCondition } from './conditions.ts';
import { checkEnumeration, comparisonOperators } from './enumeration.ts';

/** One test of `Expected`. docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.Expected.html */
export interface ExpectedAttribute extends LegacyCondition {
  readonly Value?: unknown;
  readonly Exists?: boolean | undefined;
}

/** `Expected` as a condition. */
export function expectedCondition(
  expected: Readonly<Record<string, ExpectedAttribute>>,
  conditionalOperator: string | undefined,
): Condition | undefined {
  const tests = Object.entries(expected).map(([name, test]) => testOf(name, test));
  return joined(tests, conditionalOperator);
}

function testOf(name: string, test: ExpectedAttribute): Condition {
  const { ComparisonOperator: operator, AttributeValueList: list, Value: value, Exists: exists } = test;
  const refuse = (message: string) => invalidParameters(`${message} for Attribute: ${name}`);
  if (list && value !== undefined) throw refuse('Value and AttributeValueList cannot be used together');
  if (operator === undefined) {
    if (list) throw refuse('AttributeValueList can only be used with a ComparisonOperator');
    return existenceTest(name, value, exists, refuse);
  }
  checkEnumeration(operator, `expected.${name}.member.comparisonOperator`, comparisonOperators);
  if (exists !== undefined) throw refuse('Exists and ComparisonOperator cannot be used together');
  if (operator !== 'NULL' && operator !== 'NOT_NULL' && !list && value === undefined) {
    throw refuse(`Value or AttributeValueList must be used with ComparisonOperator: ${operator}`);
  }
  return conditionOf(name, operator, checkTestValues(operator, list ?? (value === undefined ? [] : [value])));
}

/** The oldest form: a value that the attribute must have, or that it must not exist. */
function existenceTest(
  name: string,
  value: unknown,
  exists: boolean | undefined,
  refuse: (message: string) => Error,
): Condition {
  if (exists === false) {
    if (value !== undefined) throw refuse('Value cannot be used when Exists is false');
    return { kind: 'missing', path: [name] };
  }
  if (value === undefined) throw refuse(`Value must be provided when Exists is ${exists ?? null}`);
  return conditionOf(name, 'EQ', [checkValue(value)]);
}

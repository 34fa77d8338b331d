import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { typeOf } from '../../values/attribute-type.ts';
import { checkValue } from '../../values/check-value.ts';
import { compareValues } from '../../values/comparison.ts';
import { invalidParameters, validationException } from '../../values/refusal.ts';
import type { Comparator, Condition, Operand } from '../condition/condition.ts';
import type { KeyCondition, KeyTest } from '../key-condition/key-condition.ts';
import { checkEnumeration, comparisonOperators } from './enumeration.ts';

/** One test of the older parameters. docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html */
export interface LegacyCondition {
  readonly ComparisonOperator?: string | undefined;
  readonly AttributeValueList?: readonly unknown[] | undefined;
}

/** `QueryFilter` or `ScanFilter`, `KeyConditions`: tests by attribute. */
export type LegacyConditions = Readonly<Record<string, LegacyCondition>>;

/** What an operator takes: how many values, and of which types. */
interface OperatorRule {
  readonly min: number;
  readonly max: number;
  readonly types?: readonly string[];
}

const SCALARS = ['S', 'N', 'B'];
const rules: Readonly<Record<string, OperatorRule>> = {
  EQ: { min: 1, max: 1 },
  NE: { min: 1, max: 1 },
  LE: { min: 1, max: 1, types: SCALARS },
  LT: { min: 1, max: 1, types: SCALARS },
  GE: { min: 1, max: 1, types: SCALARS },
  GT: { min: 1, max: 1, types: SCALARS },
  CONTAINS: { min: 1, max: 1, types: SCALARS },
  NOT_CONTAINS: { min: 1, max: 1, types: SCALARS },
  BEGINS_WITH: { min: 1, max: 1, types: ['S', 'B'] },
  IN: { min: 1, max: Number.POSITIVE_INFINITY, types: SCALARS },
  BETWEEN: { min: 2, max: 2, types: SCALARS },
  NULL: { min: 0, max: 0 },
  NOT_NULL: { min: 0, max: 0 },
};
const COMPARATORS: Readonly<Record<string, Comparator>> = {
  EQ: '=',
  NE: '<>',
  LE: '<=',
  LT: '<',
  GE: '>=',
  GT: '>',
};

/** Checks the values of a test and that they fit its operator. */
export function checkTestValues(operator: string, values: readonly unknown[] = []): readonly AttributeValue[] {
  const checked = values.map(checkValue);
  const { min, max, types } = rules[operator] ?? { min: 0, max: 0 };
  if (checked.length < min || checked.length > max) {
    throw invalidParameters(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  }
  const [first, second] = checked;
  const type = first && typeOf(first);
  if (checked.some((value) => typeOf(value) !== type)) {
    throw invalidParameters('AttributeValues inside AttributeValueList must be of same type');
  }
  if (type && types && !types.includes(type)) {
    throw invalidParameters(`ComparisonOperator ${operator} is not valid for ${type} AttributeValue type`);
  }
  if (operator === 'BETWEEN' && first && second && (compareValues(first, second) ?? 0) > 0) {
    throw validationException(
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    );
  }
  return checked;
}

/** The tests of `QueryFilter` or `ScanFilter` as one condition. */
export function filterOf(
  member: 'queryFilter' | 'scanFilter',
  filter: LegacyConditions,
  conditionalOperator: string | undefined,
): Condition | undefined {
  const tests = Object.entries(filter).map(([name, test]) => {
    const operator = operatorOf(test, `${member}.${name}`);
    return conditionOf(name, operator, checkTestValues(operator, test.AttributeValueList));
  });
  return joined(tests, conditionalOperator);
}

function operatorOf({ ComparisonOperator: operator }: LegacyCondition, test: string): string {
  const member = `${test}.member.comparisonOperator`;
  checkEnumeration(operator, member, comparisonOperators);
  if (operator !== undefined) return operator;
  throw validationException(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** All or, by `ConditionalOperator`, any of the tests. */
export function joined(
  conditions: readonly Condition[],
  conditionalOperator: string | undefined,
): Condition | undefined {
  if (conditions.length === 0) return undefined;
  return { kind: conditionalOperator === 'OR' ? 'or' : 'and', conditions };
}

/** One test as a condition. */
export function conditionOf(name: string, operator: string, values: readonly AttributeValue[]): Condition {
  const operand: Operand = { kind: 'path', path: [name] };
  const [first, second] = values.map((value): Operand => ({ kind: 'value', value }));
  if (operator === 'NULL') return { kind: 'missing', path: [name] };
  if (first === undefined) return { kind: 'exists', path: [name] };
  const comparator = COMPARATORS[operator];
  if (comparator) return { kind: 'compare', operator: comparator, left: operand, right: first };
  if (operator === 'CONTAINS') return { kind: 'contains', operand, part: first };
  if (operator === 'NOT_CONTAINS') return { kind: 'not', condition: { kind: 'contains', operand, part: first } };
  if (operator === 'BEGINS_WITH') return { kind: 'begins-with', operand, prefix: first };
  if (operator === 'BETWEEN' && second) return { kind: 'between', operand, lower: first, upper: second };
  return { kind: 'in', operand, candidates: values.map((value) => ({ kind: 'value', value })) };
}

const KEY_OPERATORS: Readonly<Record<string, KeyTest['operator']>> = {
  EQ: '=',
  LE: '<=',
  LT: '<',
  GE: '>=',
  GT: '>',
  BETWEEN: 'between',
  BEGINS_WITH: 'begins_with',
};

/** `KeyConditions` as a key condition. */
export function keyConditionOf(conditions: LegacyConditions): KeyCondition {
  const tests = Object.entries(conditions).map(([name, test]) => {
    const operator = operatorOf(test, `keyConditions.${name}`);
    const values = checkTestValues(operator, test.AttributeValueList);
    return [name, { operator: KEY_OPERATORS[operator] ?? 'not-indexable', values }] as const;
  });
  if (tests.length < 1 || tests.length > 2) throw validationException('Conditions can be of length 1 or 2 only');
  return new Map(tests);
}

import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { validationException } from '../../values/refusal.ts';
import type { Comparator, Condition, Operand } from '../condition/condition.ts';
import type { DocumentPath } from '../path.ts';
import type { KeyCondition, KeyTest } from './key-condition.ts';

/** `:v < a` asks the same as `a > :v`. */
const TURNED: Readonly<Record<Exclude<Comparator, '<>'>, Exclude<Comparator, '<>'>>> = {
  '=': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * Makes a key condition of a condition: tests of key attributes, joined by `AND`, one for each attribute.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 */
export function checkKeyCondition(condition: Condition): KeyCondition {
  const tests = new Map<string, KeyTest>();
  for (const [name, test] of testsOf(condition)) {
    if (tests.has(name)) {
      throw validationException('KeyConditionExpressions must only contain one condition per key');
    }
    tests.set(name, test);
  }
  return tests;
}

function testsOf(condition: Condition): readonly (readonly [string, KeyTest])[] {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.flatMap(testsOf);
    case 'compare':
      return [comparisonTest(condition.operator, condition.left, condition.right)];
    case 'between':
      return [testOf('between', 'BETWEEN', condition.operand, [condition.lower, condition.upper])];
    case 'begins-with':
      return [testOf('begins_with', 'begins_with', condition.operand, [condition.prefix])];
    default:
      throw validationException(`Invalid operator used in KeyConditionExpression: ${OPERATORS[condition.kind]}`);
  }
}

const OPERATORS = {
  or: 'OR',
  not: 'NOT',
  in: 'IN',
  exists: 'attribute_exists',
  missing: 'attribute_not_exists',
  'has-type': 'attribute_type',
  contains: 'contains',
} as const;

function comparisonTest(operator: Comparator, left: Operand, right: Operand): readonly [string, KeyTest] {
  if (operator === '<>') throw validationException('Invalid operator used in KeyConditionExpression: <>');
  if (left.kind === 'path' || right.kind !== 'path') return testOf(operator, operator, left, [right]);
  return testOf(TURNED[operator], operator, right, [left]);
}

function testOf(
  operator: KeyTest['operator'],
  written: string,
  key: Operand,
  others: readonly Operand[],
): readonly [string, KeyTest] {
  const operands = [key, ...others];
  const invalid = (why: string) => validationException(`Invalid condition in KeyConditionExpression: ${why}`);
  if (operands.some(({ kind }) => kind === 'size')) {
    throw validationException('KeyConditionExpressions cannot contain nested operations');
  }
  const paths = operands.filter((operand) => operand.kind === 'path');
  if (paths.length > 1) throw invalid('Multiple attribute names used in one condition');
  if (paths.length === 0) throw invalid('No key attribute specified');
  if (key.kind !== 'path') throw invalid(`${written} operator must have the key attribute as its first operand`);
  return [topLevel(key.path), { operator, values: others.map(givenValue) }];
}

function topLevel(path: DocumentPath): string {
  if (path.length === 1) return path[0];
  throw validationException('KeyConditionExpressions cannot have conditions on nested attributes');
}

function givenValue(operand: Operand): AttributeValue {
  if (operand.kind === 'value') return operand.value;
  throw new TypeError('All but the key attribute are values.');
}

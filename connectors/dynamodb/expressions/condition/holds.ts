import type { AttributeMap, AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { typeOf } from '../../values/attribute-type.ts';
import { compareValues } from '../../values/comparison.ts';
import { sameBytes, sameValue } from '../../values/equality.ts';
import { valueAt } from '../path.ts';
import type { Comparator, Condition, Operand } from './condition.ts';

const NO_ITEM: AttributeMap = {};

/** Whether the condition holds for an item, or for there being none. No condition always holds. */
export function holds(condition: Condition | undefined, item: AttributeMap | undefined): boolean {
  return condition === undefined || evaluate(condition, item ?? NO_ITEM);
}

function evaluate(condition: Condition, item: AttributeMap): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((each) => evaluate(each, item));
    case 'or':
      return condition.conditions.some((each) => evaluate(each, item));
    case 'not':
      return !evaluate(condition.condition, item);
    case 'compare':
      return compare(condition.operator, operandOf(condition.left, item), operandOf(condition.right, item));
    case 'between': {
      const operand = operandOf(condition.operand, item);
      return (
        compare('>=', operand, operandOf(condition.lower, item)) &&
        compare('<=', operand, operandOf(condition.upper, item))
      );
    }
    case 'in': {
      const operand = operandOf(condition.operand, item);
      return condition.candidates.some((candidate) => compare('=', operand, operandOf(candidate, item)));
    }
    case 'exists':
      return valueAt(item, condition.path) !== undefined;
    case 'missing':
      return valueAt(item, condition.path) === undefined;
    case 'has-type': {
      const operand = operandOf(condition.operand, item);
      return operand !== undefined && typeOf(operand) === condition.type;
    }
    case 'begins-with':
      return beginsWith(operandOf(condition.operand, item), operandOf(condition.prefix, item));
    case 'contains':
      return contains(operandOf(condition.operand, item), operandOf(condition.part, item));
  }
}

function operandOf(operand: Operand, item: AttributeMap): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return valueAt(item, operand.path);
    case 'value':
      return operand.value;
    case 'size':
      return sizeOf(operandOf(operand.of, item));
  }
}

/** What is missing, or of another type, is unequal, and neither smaller nor greater. */
function compare(operator: Comparator, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === undefined || b === undefined) return operator === '<>';
  if (operator === '=') return sameValue(a, b);
  if (operator === '<>') return !sameValue(a, b);
  const order = compareValues(a, b);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Characters, bytes, or elements; numbers, booleans and null have no size. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined || 'N' in value || 'BOOL' in value || 'NULL' in value) return undefined;
  if ('M' in value) return { N: String(Object.keys(value.M).length) };
  const [sized] = Object.values(value) as readonly { readonly length: number }[];
  return { N: String(sized?.length) };
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value === undefined || prefix === undefined) return false;
  if ('S' in value) return 'S' in prefix && value.S.startsWith(prefix.S);
  return 'B' in value && 'B' in prefix && sameBytes(value.B.subarray(0, prefix.B.length), prefix.B);
}

/** A part of a text or binary, or an element of a set or list. */
function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && Buffer.from(value.B).includes(Buffer.from(part.B));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  if ('BS' in value) return 'B' in part && value.BS.some((element) => sameBytes(element, part.B));
  return 'L' in value && value.L.some((element) => sameValue(element, part));
}

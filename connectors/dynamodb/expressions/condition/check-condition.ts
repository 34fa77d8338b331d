import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { type AttributeType, attributeTypes, typeOf } from '../../values/attribute-type.ts';
import { compareValues } from '../../values/comparison.ts';
import { pathText } from '../path.ts';
import type { CallNode, OperandNode } from '../syntax/node.ts';
import {
  type ExpressionContext,
  knownType,
  pathRequired,
  resolveNames,
  resolvePath,
  resolveValue,
  resolveValues,
  wrongOperandCount,
  wrongType,
} from '../syntax/resolve.ts';
import { invalidExpression } from '../syntax/token.ts';
import type { Condition, Operand } from './condition.ts';
import { checkWords, operandCounts, operandsOf, type SimpleNode } from './condition-words.ts';
import type { ConditionNode } from './parse-condition.ts';

const ORDERED: ReadonlySet<AttributeType> = new Set(['S', 'N', 'B']);
const SIZED: ReadonlySet<AttributeType> = new Set(['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);
const MAX_CANDIDATES = 100;

/**
 * Makes a condition of its nodes. AWS refuses what needs no names and values first: reserved words, and functions that
 * are unknown or out of place; then each simple condition, in the order they are written.
 */
export function checkCondition(node: ConditionNode, context: ExpressionContext): Condition {
  checkWords(node, context.parameter);
  return resolve(node, context);
}

function resolve(node: ConditionNode, context: ExpressionContext): Condition {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, conditions: [resolve(node.left, context), resolve(node.right, context)] };
    case 'not':
      return { kind: 'not', condition: resolve(node.condition, context) };
    default:
      return resolveSimple(node, context);
  }
}

function resolveSimple(node: SimpleNode, context: ExpressionContext): Condition {
  const operands = operandsOf(node);
  for (const operand of operands) resolveNames(operand, context);
  for (const operand of operands) resolveValues(operand, context);
  for (const operand of operands) checkCounts(operand, context.parameter);
  const operand = (each: OperandNode) => resolveOperand(each, context);
  switch (node.kind) {
    case 'compare':
      checkDistinct(node.operator, operands, context);
      if (node.operator !== '=' && node.operator !== '<>') checkTypes(node.operator, operands, ORDERED, context);
      return { kind: 'compare', operator: node.operator, left: operand(node.left), right: operand(node.right) };
    case 'between': {
      checkDistinct('BETWEEN', operands, context);
      checkTypes('BETWEEN', operands, ORDERED, context);
      const between = { lower: operand(node.lower), upper: operand(node.upper) };
      checkBounds(between.lower, between.upper, context.parameter);
      return { kind: 'between', operand: operand(node.operand), ...between };
    }
    case 'in': {
      const count = node.candidates.length;
      if (count > MAX_CANDIDATES) {
        const message = `The IN operator is provided with too many operands; number of operands: ${count}`;
        throw invalidExpression(context.parameter, message);
      }
      checkDistinct('IN', operands, context);
      return { kind: 'in', operand: operand(node.operand), candidates: node.candidates.map(operand) };
    }
    case 'call':
      checkCounts(node, context.parameter);
      checkDistinct(node.name, node.args, context);
      return resolveCall(node, context);
  }
}

function checkCounts(node: OperandNode, parameter: string | undefined): void {
  if (node.kind !== 'call') return;
  for (const argument of node.args) checkCounts(argument, parameter);
  if (node.args.length !== operandCounts[node.name]) throw wrongOperandCount(node.name, node.args.length, parameter);
}

function checkDistinct(operator: string, operands: readonly OperandNode[], context: ExpressionContext): void {
  const [first, ...others] = operands;
  if (first?.kind !== 'path') return;
  const text = pathText(resolvePath(first, context));
  const same = others.some((other) => other.kind === 'path' && pathText(resolvePath(other, context)) === text);
  if (!same) return;
  const message = 'The first operand must be distinct from the remaining operands for this operator or function';
  throw invalidExpression(context.parameter, `${message}; operator: ${operator}, first operand: ${text}`);
}

function checkTypes(
  name: string,
  operands: readonly OperandNode[],
  allowed: ReadonlySet<AttributeType>,
  context: ExpressionContext,
): void {
  for (const operand of operands) {
    const type = knownType(operand, context);
    if (type && !allowed.has(type)) throw wrongType(name, type, context.parameter);
  }
}

function checkBounds(lower: Operand, upper: Operand, parameter: string | undefined): void {
  if (lower.kind !== 'value' || upper.kind !== 'value') return;
  const order = compareValues(lower.value, upper.value);
  if (order !== undefined && order <= 0) return;
  const must =
    order === undefined
      ? 'The BETWEEN operator requires same data type for lower and upper bounds'
      : 'The BETWEEN operator requires upper bound to be greater than or equal to lower bound';
  const bounds = `lower bound operand: ${boundText(lower.value)}, upper bound operand: ${boundText(upper.value)}`;
  throw invalidExpression(parameter, `${must}; ${bounds}`);
}

/** As Java prints it. */
function boundText(value: AttributeValue): string {
  if ('S' in value) return `AttributeValue: {S:${value.S}}`;
  if ('N' in value) return `AttributeValue: {N:${value.N}}`;
  const size = 'B' in value ? value.B.length : 0;
  return `AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=${size} cap=${size}]}`;
}

function resolveCall(node: CallNode, context: ExpressionContext): Condition {
  const [first, second] = node.args;
  if (first === undefined) throw new TypeError('A call has an argument.');
  const operand = resolveOperand(first, context);
  switch (node.name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      if (operand.kind !== 'path') throw pathRequired(node.name, context.parameter);
      return { kind: node.name === 'attribute_exists' ? 'exists' : 'missing', path: operand.path };
    case 'attribute_type':
      return { kind: 'has-type', operand, type: resolveTypeName(second, context) };
    case 'begins_with':
      checkTypes(node.name, node.args, new Set(['S', 'B']), context);
      return { kind: 'begins-with', operand, prefix: secondOperand(second, context) };
    default:
      return { kind: 'contains', operand, part: secondOperand(second, context) };
  }
}

function secondOperand(node: OperandNode | undefined, context: ExpressionContext): Operand {
  if (node === undefined) throw new TypeError('The number of operands was checked.');
  return resolveOperand(node, context);
}

function resolveTypeName(node: OperandNode | undefined, context: ExpressionContext): AttributeType {
  const value = node?.kind === 'value' ? resolveValue(node.name, context) : undefined;
  if (value === undefined || !('S' in value)) {
    const type = value ? typeOf(value) : '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}';
    throw wrongType('attribute_type', type, context.parameter);
  }
  const type = attributeTypes.find((each) => each === value.S);
  if (type) return type;
  const message = `Invalid attribute type name found; type: ${value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`;
  throw invalidExpression(context.parameter, message);
}

function resolveOperand(node: OperandNode, context: ExpressionContext): Operand {
  switch (node.kind) {
    case 'path':
      return { kind: 'path', path: resolvePath(node, context) };
    case 'value':
      return { kind: 'value', value: resolveValue(node.name, context) };
    case 'call': {
      checkTypes('size', node.args, SIZED, context);
      return { kind: 'size', of: secondOperand(node.args[0], context) };
    }
    case 'arithmetic':
      throw new TypeError('Conditions do not calculate.');
  }
}

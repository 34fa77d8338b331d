import type { CallNode, OperandNode } from '../syntax/node.ts';
import { checkPathWords } from '../syntax/resolve.ts';
import { invalidExpression } from '../syntax/token.ts';
import type { ConditionNode } from './parse-condition.ts';

/** The functions of conditions, and how many operands each takes. */
export const operandCounts: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};
const UPDATE_FUNCTIONS: ReadonlySet<string> = new Set(['if_not_exists', 'list_append']);

/** A comparison or function: what `AND`, `OR` and `NOT` join. */
export type SimpleNode = Exclude<ConditionNode, { kind: 'and' | 'or' | 'not' }>;

/** Refuses what needs no names and values to be seen: reserved words, functions that are unknown or out of place. */
export function checkWords(node: ConditionNode, parameter: string | undefined): void {
  switch (node.kind) {
    case 'and':
    case 'or':
      checkWords(node.left, parameter);
      checkWords(node.right, parameter);
      return;
    case 'not':
      checkWords(node.condition, parameter);
      return;
    case 'call':
      checkCall(node, parameter, true);
      return;
    default:
      for (const operand of operandsOf(node)) checkOperandWords(operand, parameter);
  }
}

function checkOperandWords(node: OperandNode, parameter: string | undefined): void {
  if (node.kind === 'path') checkPathWords(node, parameter);
  if (node.kind === 'call') checkCall(node, parameter, false);
}

/** `size` is the only function that yields something to compare; the others are conditions. */
function checkCall({ name, args }: CallNode, parameter: string | undefined, asCondition: boolean): void {
  const refuse = (message: string) => invalidExpression(parameter, `${message}; function: ${name}`);
  if (UPDATE_FUNCTIONS.has(name)) throw refuse('The function is not allowed in a condition expression');
  if (!Object.hasOwn(operandCounts, name)) throw refuse('Invalid function name');
  if (asCondition === (name === 'size')) {
    throw refuse('The function is not allowed to be used this way in an expression');
  }
  for (const argument of args) checkOperandWords(argument, parameter);
}

/** What a comparison or function is about, in the order it is written. */
export function operandsOf(node: SimpleNode): readonly OperandNode[] {
  switch (node.kind) {
    case 'compare':
      return [node.left, node.right];
    case 'between':
      return [node.operand, node.lower, node.upper];
    case 'in':
      return [node.operand, ...node.candidates];
    case 'call':
      return node.args;
  }
}

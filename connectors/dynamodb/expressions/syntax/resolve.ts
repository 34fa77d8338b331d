import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { type AttributeType, typeOf } from '../../values/attribute-type.ts';
import type { DocumentPath } from '../path.ts';
import type { Placeholders } from '../placeholders.ts';
import { isReserved } from '../reserved-words.ts';
import { type OperandNode, type PathNode, partsOf } from './node.ts';
import { invalidExpression } from './token.ts';

/** What a pass over an expression's nodes needs to know. */
export interface ExpressionContext {
  /** The request's parameter that holds the expression, e.g. `FilterExpression`; none is named where a statement holds it. */
  readonly parameter: string | undefined;
  readonly placeholders: Placeholders;
}

/** The greatest `int`, as which AWS reads a place in a list. */
const MAX_INDEX = 2_147_483_647;
/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters */
const MAX_PATH_STEPS = 32;

/** Refuses reserved words and impossible places in the path. */
export function checkPathWords(node: PathNode, parameter: string | undefined): void {
  for (const step of node.steps) {
    if ('index' in step) {
      if (Number(step.index) <= MAX_INDEX) continue;
      const message = `List index is not within the allowable range; index: [${step.index}]`;
      throw invalidExpression(parameter, message);
    }
    if (isReserved(step.name)) {
      const message = `Attribute name is a reserved keyword; reserved keyword: ${step.name}`;
      throw invalidExpression(parameter, message);
    }
  }
}

/** The path with its names looked up. */
export function resolvePath({ steps }: PathNode, { parameter, placeholders }: ExpressionContext): DocumentPath {
  const [first = '', ...rest] = steps.map((step) => {
    if ('index' in step) return Number(step.index);
    if (!step.name.startsWith('#')) return step.name;
    const name = placeholders.name(step.name);
    if (name !== undefined) return name;
    const message = 'An expression attribute name used in the document path is not defined; attribute name:';
    throw invalidExpression(parameter, `${message} ${step.name}`);
  });
  if (steps.length > MAX_PATH_STEPS) {
    const message = `The document path has too many nesting levels; nesting levels: ${steps.length}`;
    throw invalidExpression(parameter, message);
  }
  return [String(first), ...rest];
}

/** The value that a placeholder stands for. */
export function resolveValue(name: string, { parameter, placeholders }: ExpressionContext): AttributeValue {
  const value = placeholders.value(name);
  if (value !== undefined) return value;
  const message = `An expression attribute value used in expression is not defined; attribute value: ${name}`;
  throw invalidExpression(parameter, message);
}

/** Looks up all names of an operand, then nothing is left to refuse but its values and types. */
export function resolveNames(node: OperandNode, context: ExpressionContext): void {
  if (node.kind === 'path') resolvePath(node, context);
  for (const part of partsOf(node)) resolveNames(part, context);
}

/** Looks up all values of an operand. */
export function resolveValues(node: OperandNode, context: ExpressionContext): void {
  if (node.kind === 'value') resolveValue(node.name, context);
  for (const part of partsOf(node)) resolveValues(part, context);
}

/** The type of an operand, if it is known without an item. */
export function knownType(node: OperandNode, context: ExpressionContext): AttributeType | undefined {
  if (node.kind === 'value') return typeOf(resolveValue(node.name, context));
  return node.kind === 'call' && node.name === 'size' ? 'N' : undefined;
}

/** AWS's words for a type that an operator or function does not take. */
export function wrongType(name: string, type: string, parameter: string | undefined): Error {
  const message = 'Incorrect operand type for operator or function';
  return invalidExpression(parameter, `${message}; operator or function: ${name}, operand type: ${type}`);
}

/** AWS's words for too few or too many operands. */
export function wrongOperandCount(name: string, count: number, parameter: string | undefined): Error {
  const message = 'Incorrect number of operands for operator or function';
  return invalidExpression(parameter, `${message}; operator or function: ${name}, number of operands: ${count}`);
}

/** AWS's words for a function that works on a place in the item, but got something else. */
export function pathRequired(name: string, parameter: string | undefined): Error {
  const message = 'Operator or function requires a document path';
  return invalidExpression(parameter, `${message}; operator or function: ${name}`);
}

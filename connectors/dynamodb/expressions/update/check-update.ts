import { type AttributeType, typeOf } from '../../values/attribute-type.ts';
import { checkOverlaps } from '../overlap.ts';
import type { CallNode, OperandNode } from '../syntax/node.ts';
import { partsOf } from '../syntax/node.ts';
import {
  checkPathWords,
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
import type { ActionNode, ClauseKeyword, ClauseNode } from './parse-update.ts';
import type { Update, UpdateAction, UpdateValue } from './update.ts';

const UPDATE_FUNCTIONS: ReadonlySet<string> = new Set(['if_not_exists', 'list_append']);
const CONDITION_FUNCTIONS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);
const OPERANDS = 2;
const ALLOWED: Readonly<Record<'ADD' | 'DELETE', ReadonlySet<AttributeType>>> = {
  ADD: new Set(['N', 'SS', 'NS', 'BS']),
  DELETE: new Set(['SS', 'NS', 'BS']),
};
const LONG_NAMES: Readonly<Partial<Record<AttributeType, string>>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

/** Makes an update of its nodes; the passes are in the order in which AWS refuses (dynalite's tests against it). */
export function checkUpdate(clauses: readonly ClauseNode[], context: ExpressionContext): Update {
  const { parameter } = context;
  checkClauses(clauses, parameter);
  const actions = clauses.flatMap(({ keyword, actions }) => actions.map((action) => ({ keyword, action })));
  for (const { action } of actions) for (const operand of operandsOf(action)) resolveNames(operand, context);
  for (const { action } of actions) for (const operand of operandsOf(action)) resolveValues(operand, context);
  checkOverlaps(
    actions.map(({ action }) => resolvePath(action.path, context)),
    parameter,
  );
  for (const { keyword, action } of actions) checkSetOperand(keyword, action, context);
  return {
    actions: actions.map(({ keyword, action }) => resolveAction(keyword, action, context)),
    typeMismatch: 'An operand in the update expression has an incorrect data type',
  };
}

function operandsOf({ path, value }: ActionNode): readonly OperandNode[] {
  return value ? [path, value] : [path];
}

function checkClauses(clauses: readonly ClauseNode[], parameter: string | undefined): void {
  for (const { actions } of clauses) {
    for (const action of actions) for (const operand of operandsOf(action)) checkWords(operand, parameter);
  }
  const seen = new Set<ClauseKeyword>();
  for (const { keyword } of clauses) {
    if (seen.has(keyword)) {
      const message = `The "${keyword}" section can only be used once in an update expression;`;
      throw invalidExpression(parameter, message);
    }
    seen.add(keyword);
  }
}

function checkWords(node: OperandNode, parameter: string | undefined): void {
  if (node.kind === 'path') checkPathWords(node, parameter);
  if (node.kind === 'call' && !UPDATE_FUNCTIONS.has(node.name)) {
    const message = CONDITION_FUNCTIONS.has(node.name)
      ? 'The function is not allowed in an update expression'
      : 'Invalid function name';
    throw invalidExpression(parameter, `${message}; function: ${node.name}`);
  }
  for (const part of partsOf(node)) checkWords(part, parameter);
}

function checkSetOperand(keyword: ClauseKeyword, { value }: ActionNode, context: ExpressionContext): void {
  if (keyword !== 'ADD' && keyword !== 'DELETE') return;
  const type = value && knownType(value, context);
  if (type === undefined || ALLOWED[keyword].has(type)) return;
  const message = 'Incorrect operand type for operator or function';
  const operand = `operand type: ${LONG_NAMES[type]}, typeSet: ALLOWED_FOR_${keyword}_OPERAND`;
  throw invalidExpression(context.parameter, `${message}; operator: ${keyword}, ${operand}`);
}

function resolveAction(
  keyword: ClauseKeyword,
  { path: node, value }: ActionNode,
  context: ExpressionContext,
): UpdateAction {
  const path = resolvePath(node, context);
  if (value === undefined) return { kind: 'remove', path };
  if (keyword === 'SET') return { kind: 'set', path, value: resolveOperand(value, context) };
  const operand = value.kind === 'value' ? resolveValue(value.name, context) : undefined;
  if (operand === undefined) throw new TypeError('ADD and DELETE take a value.');
  return { kind: keyword === 'ADD' ? 'add' : 'delete', path, value: operand };
}

function resolveOperand(node: OperandNode, context: ExpressionContext): UpdateValue {
  switch (node.kind) {
    case 'path':
      return { kind: 'path', path: resolvePath(node, context) };
    case 'value':
      return { kind: 'value', value: resolveValue(node.name, context) };
    case 'arithmetic': {
      const [left, right] = resolvePair(node.operator, [node.left, node.right], 'N', context);
      return { kind: node.operator === '+' ? 'plus' : 'minus', left, right };
    }
    case 'call':
      return resolveCall(node, context);
  }
}

function resolveCall({ name, args }: CallNode, context: ExpressionContext): UpdateValue {
  if (args.length !== OPERANDS) throw wrongOperandCount(name, args.length, context.parameter);
  if (name === 'list_append') {
    const [left, right] = resolvePair(name, args, 'L', context);
    return { kind: 'list-append', left, right };
  }
  const [path, otherwise] = args.map((argument) => resolveOperand(argument, context));
  if (path?.kind !== 'path' || otherwise === undefined) throw pathRequired(name, context.parameter);
  return { kind: 'if-not-exists', path: path.path, otherwise };
}

function resolvePair(
  name: string,
  operands: readonly OperandNode[],
  type: 'N' | 'L',
  context: ExpressionContext,
): readonly [UpdateValue, UpdateValue] {
  const [left, right] = operands.map((operand) => resolveOperand(operand, context));
  if (left === undefined || right === undefined) throw new TypeError('The number of operands was checked.');
  for (const operand of [left, right]) {
    const actual = typeOfOperand(operand);
    if (actual !== undefined && actual !== type) throw wrongType(name, actual, context.parameter);
  }
  return [left, right];
}

/** The type of a value that is given; what paths and functions yield, the item decides. */
function typeOfOperand(operand: UpdateValue): AttributeType | undefined {
  return operand.kind === 'value' ? typeOf(operand.value) : undefined;
}

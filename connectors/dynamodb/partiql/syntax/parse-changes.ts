import { pathText } from '../../expressions/path.ts';
import type { OperandNode, PathNode } from '../../expressions/syntax/node.ts';
import { resolvePath } from '../../expressions/syntax/resolve.ts';
import { checkUpdate } from '../../expressions/update/check-update.ts';
import type { ActionNode, ClauseKeyword } from '../../expressions/update/parse-update.ts';
import type { Update } from '../../expressions/update/update.ts';
import { validationException } from '../../values/refusal.ts';
import { type Parsing, parseArguments, parseOperand, parsePath, seesCall } from './parse-operand.ts';
import { notWellFormed } from './token.ts';

const FUNCTIONS: ReadonlySet<string> = new Set(['list_append', 'if_not_exists']);
const SET_FUNCTIONS: ReadonlyMap<string, ClauseKeyword> = new Map([
  ['set_add', 'ADD'],
  ['set_delete', 'DELETE'],
]);

/** `SET path = …, … REMOVE path, …`, as often as they come. */
export function parseChanges(parsing: Parsing): Update {
  const actions = new Map<ClauseKeyword, ActionNode[]>();
  const add = (keyword: ClauseKeyword, action: ActionNode) => {
    actions.set(keyword, [...(actions.get(keyword) ?? []), action]);
  };
  const { reader } = parsing;
  for (;;) {
    if (reader.takeIf('SET')) {
      do parseAssignment(parsing, add);
      while (reader.takeIf(','));
    } else if (reader.takeIf('REMOVE')) {
      do add('REMOVE', { path: parsePath(parsing) });
      while (reader.takeIf(','));
    } else break;
  }
  if (actions.size === 0) throw notWellFormed('Unexpected keyword');
  const clauses = [...actions].map(([keyword, each]) => ({ keyword, actions: each }));
  return checkUpdate(clauses, { parameter: undefined, placeholders: parsing.bindings });
}

function parseAssignment(parsing: Parsing, add: (keyword: ClauseKeyword, action: ActionNode) => void): void {
  const { reader } = parsing;
  const path = parsePath(parsing);
  reader.expect('=');
  const keyword = SET_FUNCTIONS.get(reader.peek().text.toLowerCase());
  if (keyword && seesCall(reader)) add(keyword, parseSetFunction(parsing, path));
  else add('SET', { path, value: parseSum(parsing) });
}

function parseSum(parsing: Parsing): OperandNode {
  const { reader } = parsing;
  const left = parseOperand(parsing, FUNCTIONS);
  const operator = reader.sees('+') ? '+' : reader.sees('-') ? '-' : undefined;
  if (operator === undefined) return left;
  reader.take();
  return { kind: 'arithmetic', operator, left, right: parseOperand(parsing, FUNCTIONS) };
}

/** `a = set_add(a, <<…>>)` is what `ADD a …` is in update expressions. */
function parseSetFunction(parsing: Parsing, path: PathNode): ActionNode {
  const { reader, bindings } = parsing;
  const token = reader.take();
  const name = token.text.toUpperCase();
  const args = parseArguments(parsing, () => ({
    at: reader.peek().position,
    operand: parseOperand(parsing, FUNCTIONS),
  }));
  const [first, second] = args;
  if (args.length !== 2 || !first || !second) {
    throw validationException(`${name} must have exactly two arguments at ${token.position}`);
  }
  const text = (node: PathNode) => pathText(resolvePath(node, { parameter: undefined, placeholders: bindings }));
  if (first.operand.kind !== 'path' || text(first.operand) !== text(path)) {
    throw validationException(`The first argument to ${name} must equal the assignment value at ${token.position}`);
  }
  const value = second.operand.kind === 'value' ? bindings.value(second.operand.name) : undefined;
  if (!value || !('SS' in value || 'NS' in value || 'BS' in value)) {
    throw validationException(`The second argument to ${name} must be a value with type SET at ${first.at}`);
  }
  return { path, value: second.operand };
}

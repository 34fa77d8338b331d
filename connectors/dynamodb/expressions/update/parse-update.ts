import type { OperandNode, PathNode, ValueNode } from '../syntax/node.ts';
import { parseCall, parsePath, parseValue, seesCall } from '../syntax/parse-operand.ts';
import { TokenReader } from '../syntax/token.ts';

/** A clause of an update as it is written. */
export interface ClauseNode {
  readonly keyword: ClauseKeyword;
  readonly actions: readonly ActionNode[];
}

/** What a clause does to its paths. */
export type ClauseKeyword = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';

/** One action: `REMOVE` takes no value, `ADD` and `DELETE` a placeholder, `SET` any operand. */
export interface ActionNode {
  readonly path: PathNode;
  readonly value?: OperandNode;
}

const KEYWORDS: ReadonlySet<string> = new Set<ClauseKeyword>(['SET', 'REMOVE', 'ADD', 'DELETE']);

/**
 * Reads an update expression.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function parseUpdateNodes(text: string, parameter: string): readonly ClauseNode[] {
  const reader = new TokenReader(text, parameter);
  const clauses = [parseClause(reader)];
  while (reader.peek().kind !== 'end') clauses.push(parseClause(reader));
  return clauses;
}

function parseClause(reader: TokenReader): ClauseNode {
  const token = reader.peek();
  const keyword = token.text.toUpperCase();
  if (token.kind !== 'word' || !KEYWORDS.has(keyword)) throw reader.syntaxError();
  reader.take();
  const parse = actionParsers[keyword as ClauseKeyword];
  const actions = [parse(reader)];
  while (reader.takeIf(',')) actions.push(parse(reader));
  return { keyword: keyword as ClauseKeyword, actions };
}

const actionParsers: Readonly<Record<ClauseKeyword, (reader: TokenReader) => ActionNode>> = {
  SET: parseAssignment,
  REMOVE: (reader) => ({ path: parsePath(reader, KEYWORDS) }),
  ADD: parseSetAction,
  DELETE: parseSetAction,
};

function parseAssignment(reader: TokenReader): ActionNode {
  const path = parsePath(reader, KEYWORDS);
  reader.expect('=');
  return { path, value: parseSum(reader) };
}

function parseSetAction(reader: TokenReader): { readonly path: PathNode; readonly value: ValueNode } {
  return { path: parsePath(reader, KEYWORDS), value: parseValue(reader) };
}

/** One operator at most; the whole may stand in parentheses. */
function parseSum(reader: TokenReader): OperandNode {
  const parenthesized = reader.sees('(');
  const left = parenthesized ? parseParenthesized(reader, () => parseSum(reader)) : parseOperand(reader);
  const operator = reader.sees('+') ? '+' : reader.sees('-') ? '-' : undefined;
  if (operator === undefined || left.kind === 'arithmetic') return left;
  reader.take();
  return { kind: 'arithmetic', operator, left, right: parseOperand(reader) };
}

function parseOperand(reader: TokenReader): OperandNode {
  if (reader.sees('(')) return parseParenthesized(reader, () => parseOperand(reader));
  if (seesCall(reader, KEYWORDS)) return parseCall(reader, () => parseOperand(reader));
  return reader.peek().kind === 'value' ? parseValue(reader) : parsePath(reader, KEYWORDS);
}

/** Once only: `((a))` is no operand. */
function parseParenthesized(reader: TokenReader, parse: () => OperandNode): OperandNode {
  reader.expect('(');
  if (reader.sees('(') && reader.peek(1).text === '(') throw reader.syntaxError();
  const operand = parse();
  reader.expect(')');
  return operand;
}

import type { CallNode, OperandNode } from '../syntax/node.ts';
import { parseCall, parseList, parsePath, parseSteps, parseValue, seesCall } from '../syntax/parse-operand.ts';
import { TokenReader } from '../syntax/token.ts';
import type { Comparator } from './condition.ts';

/** A condition as it is written. */
export type ConditionNode =
  | { readonly kind: 'and' | 'or'; readonly left: ConditionNode; readonly right: ConditionNode }
  | { readonly kind: 'not'; readonly condition: ConditionNode }
  | {
      readonly kind: 'compare';
      readonly operator: Comparator;
      readonly left: OperandNode;
      readonly right: OperandNode;
    }
  | {
      readonly kind: 'between';
      readonly operand: OperandNode;
      readonly lower: OperandNode;
      readonly upper: OperandNode;
    }
  | { readonly kind: 'in'; readonly operand: OperandNode; readonly candidates: readonly OperandNode[] }
  | CallNode;

const KEYWORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN']);
const COMPARATORS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
/** An expression has at most 300 operators, so deeper parentheses hold nothing but parentheses. */
const MAX_DEPTH = 300;

/**
 * Reads a condition, filter or key condition.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Syntax
 */
export function parseConditionNode(text: string, parameter: string): ConditionNode {
  return new ConditionParser(new TokenReader(text, parameter)).parse();
}

/** Parentheses hold a condition or an operand, and only what follows them tells which. */
class ConditionParser {
  readonly #reader: TokenReader;
  readonly #parenthesized = new Set<ConditionNode | OperandNode>();
  #redundant = false;
  #depth = 0;

  constructor(reader: TokenReader) {
    this.#reader = reader;
  }

  parse(): ConditionNode {
    const condition = this.#asCondition(this.#or());
    this.#reader.expectEnd();
    if (this.#redundant) throw this.#redundantParentheses();
    return condition;
  }

  #or(): ConditionNode | OperandNode {
    let left = this.#and();
    while (this.#reader.seesWord('OR')) {
      const condition = this.#asCondition(left);
      this.#reader.take();
      left = { kind: 'or', left: condition, right: this.#asCondition(this.#and()) };
    }
    return left;
  }

  #and(): ConditionNode | OperandNode {
    let left = this.#not();
    while (this.#reader.seesWord('AND')) {
      const condition = this.#asCondition(left);
      this.#reader.take();
      left = { kind: 'and', left: condition, right: this.#asCondition(this.#not()) };
    }
    return left;
  }

  #not(): ConditionNode | OperandNode {
    if (!this.#reader.takeIf('NOT')) return this.#comparison();
    return { kind: 'not', condition: this.#asCondition(this.#not()) };
  }

  #comparison(): ConditionNode | OperandNode {
    const operand = this.#primary();
    if (!isOperand(operand)) return operand;
    const token = this.#reader.peek();
    if (token.kind === 'sign' && COMPARATORS.has(token.text)) {
      this.#reader.take();
      return { kind: 'compare', operator: token.text as Comparator, left: operand, right: this.#operand() };
    }
    if (this.#reader.takeIf('BETWEEN')) {
      const lower = this.#operand();
      this.#reader.expect('AND');
      return { kind: 'between', operand, lower, upper: this.#operand() };
    }
    if (this.#reader.takeIf('IN')) {
      return { kind: 'in', operand, candidates: parseList(this.#reader, () => this.#operand()) };
    }
    return operand;
  }

  #operand(): OperandNode {
    const operand = this.#primary();
    if (!isOperand(operand)) throw this.#reader.syntaxError();
    return operand;
  }

  #primary(): ConditionNode | OperandNode {
    if (this.#reader.sees('(')) return this.#withSteps(this.#parentheses());
    if (seesCall(this.#reader, KEYWORDS)) return parseCall(this.#reader, () => this.#operand());
    return this.#reader.peek().kind === 'value' ? parseValue(this.#reader) : parsePath(this.#reader, KEYWORDS);
  }

  #parentheses(): ConditionNode | OperandNode {
    if (++this.#depth > MAX_DEPTH) throw this.#redundantParentheses();
    this.#reader.expect('(');
    const inner = this.#or();
    this.#reader.expect(')');
    this.#depth--;
    if (this.#parenthesized.has(inner)) this.#redundant = true;
    this.#parenthesized.add(inner);
    return inner;
  }

  /** `(a.b).c` is a path too. */
  #withSteps(node: ConditionNode | OperandNode): ConditionNode | OperandNode {
    if (node.kind !== 'path') return node;
    const steps = parseSteps(this.#reader, KEYWORDS);
    return steps.length === 0 ? node : { kind: 'path', steps: [...node.steps, ...steps] };
  }

  #asCondition(node: ConditionNode | OperandNode): ConditionNode {
    if (node.kind !== 'call' && isOperand(node)) throw this.#reader.syntaxError();
    return node;
  }

  #redundantParentheses(): Error {
    return this.#reader.refusal('The expression has redundant parentheses;');
  }
}

function isOperand(node: ConditionNode | OperandNode): node is OperandNode {
  return node.kind === 'path' || node.kind === 'value' || node.kind === 'call' || node.kind === 'arithmetic';
}

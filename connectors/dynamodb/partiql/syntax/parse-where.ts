import { checkCondition } from '../../expressions/condition/check-condition.ts';
import type { Comparator, Condition } from '../../expressions/condition/condition.ts';
import type { ConditionNode } from '../../expressions/condition/parse-condition.ts';
import type { OperandNode } from '../../expressions/syntax/node.ts';
import { parseLiteral, seesLiteral } from './parse-literal.ts';
import { type Parsing, parseArguments, parseCall, parsePath, seesCall } from './parse-operand.ts';
import { notWellFormed } from './token.ts';

const FUNCTIONS: ReadonlySet<string> = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);
const COMPARATORS: Readonly<Record<string, Comparator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const MAX_DEPTH = 300;

/** `WHERE …`; `undefined` where there is none. */
export function parseWhere(parsing: Parsing): Condition | undefined {
  if (!parsing.reader.takeIf('WHERE')) return undefined;
  const node = new WhereParser(parsing).parse();
  return checkCondition(node, { parameter: undefined, placeholders: parsing.bindings });
}

/** Parentheses hold a condition or an operand, and only what follows them tells which. */
class WhereParser {
  readonly #parsing: Parsing;
  #depth = 0;

  constructor(parsing: Parsing) {
    this.#parsing = parsing;
  }

  parse(): ConditionNode {
    return asCondition(this.#or());
  }

  #or(): ConditionNode | OperandNode {
    let left = this.#and();
    while (this.#parsing.reader.takeIf('OR')) {
      left = { kind: 'or', left: asCondition(left), right: asCondition(this.#and()) };
    }
    return left;
  }

  #and(): ConditionNode | OperandNode {
    let left = this.#not();
    while (this.#parsing.reader.takeIf('AND')) {
      left = { kind: 'and', left: asCondition(left), right: asCondition(this.#not()) };
    }
    return left;
  }

  #not(): ConditionNode | OperandNode {
    if (!this.#parsing.reader.takeIf('NOT')) return this.#predicate();
    return { kind: 'not', condition: asCondition(this.#not()) };
  }

  #predicate(): ConditionNode | OperandNode {
    const { reader } = this.#parsing;
    const operand = this.#primary();
    if (!isOperand(operand)) return operand;
    const { kind, text } = reader.peek();
    const operator = kind === 'sign' ? COMPARATORS[text] : undefined;
    if (operator) {
      reader.take();
      return { kind: 'compare', operator, left: operand, right: this.#operand() };
    }
    if (reader.takeIf('IS')) return this.#is(operand);
    if (reader.takeIf('NOT', 'BETWEEN')) return { kind: 'not', condition: this.#between(operand) };
    if (reader.takeIf('BETWEEN')) return this.#between(operand);
    if (reader.takeIf('NOT', 'IN')) return { kind: 'not', condition: this.#in(operand) };
    if (reader.takeIf('IN')) return this.#in(operand);
    return operand;
  }

  #between(operand: OperandNode): ConditionNode {
    const lower = this.#operand();
    this.#parsing.reader.expect('AND');
    return { kind: 'between', operand, lower, upper: this.#operand() };
  }

  /** The candidates stand in brackets or in parentheses. */
  #in(operand: OperandNode): ConditionNode {
    const { reader } = this.#parsing;
    if (reader.sees('(')) {
      return { kind: 'in', operand, candidates: parseArguments(this.#parsing, () => this.#operand()) };
    }
    reader.expect('[');
    const candidates: OperandNode[] = [];
    while (!reader.takeIf(']')) {
      if (candidates.length > 0) reader.expect(',');
      candidates.push(this.#operand());
    }
    return { kind: 'in', operand, candidates };
  }

  /** `IS [NOT] MISSING` tells whether the attribute is there, `IS [NOT] NULL` whether it is null. */
  #is(operand: OperandNode): ConditionNode {
    const { reader, bindings } = this.#parsing;
    const negated = reader.takeIf('NOT');
    if (reader.takeIf('MISSING')) {
      return { kind: 'call', name: negated ? 'attribute_exists' : 'attribute_not_exists', args: [operand] };
    }
    reader.expect('NULL');
    const isNull = {
      kind: 'call',
      name: 'attribute_type',
      args: [operand, bindings.bindValue({ S: 'NULL' })],
    } as const;
    return negated ? { kind: 'not', condition: isNull } : isNull;
  }

  #operand(): OperandNode {
    const operand = this.#primary();
    if (!isOperand(operand)) throw notWellFormed('Unexpected term');
    return operand;
  }

  #primary(): ConditionNode | OperandNode {
    const { reader, bindings, parameter } = this.#parsing;
    if (reader.takeIf('(')) {
      if (++this.#depth > MAX_DEPTH) throw notWellFormed();
      const inner = this.#or();
      reader.expect(')');
      this.#depth--;
      return inner;
    }
    if (seesCall(reader)) return parseCall(this.#parsing, FUNCTIONS);
    return seesLiteral(reader) ? bindings.bindValue(parseLiteral(reader, parameter)) : parsePath(this.#parsing);
  }
}

function asCondition(node: ConditionNode | OperandNode): ConditionNode {
  if (node.kind !== 'call' && isOperand(node)) throw notWellFormed('Unexpected term');
  return node;
}

function isOperand(node: ConditionNode | OperandNode): node is OperandNode {
  return node.kind === 'path' || node.kind === 'value' || node.kind === 'call' || node.kind === 'arithmetic';
}

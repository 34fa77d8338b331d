/** An expression as a tree. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'id'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly given: readonly Expression[] }
  | { readonly kind: 'operator'; readonly operator: string; readonly given: readonly Expression[] };

/** What is wrong with an expression, to be said after `Error in expression '…': `. */
export class ExpressionError extends Error {}

/** From weak to strong. */
const BINARY: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
];

/** Brackets within brackets: more than anybody writes, and less than any stack holds. */
const MAX_DEPTH = 100;

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]))/y;

interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign';
  readonly text: string;
}

/** Reads an expression of metric math; throws `ExpressionError`. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokensOf(text));
  const expression = parser.expression();
  parser.end();
  return expression;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < end; ) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new ExpressionError(`Unexpected "${text.slice(from).trim().charAt(0)}"`);
    const [, number, double, single, word, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'text', text: double ?? single ?? '' });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ExpressionError('It is nested too deeply');
    const expression = this.#binary(0);
    this.#depth -= 1;
    return expression;
  }

  #binary(level: number): Expression {
    const operators = BINARY[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (let operator = this.#take(operators); operator; operator = this.#take(operators)) {
      left = { kind: 'operator', operator, given: [left, this.#binary(level + 1)] };
    }
    return left;
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token) throw new ExpressionError(`Unexpected "${token.text}"`);
  }

  #unary(): Expression {
    if (this.#take(['-'])) return { kind: 'operator', operator: '-', given: [this.#unary()] };
    this.#take(['+']);
    const base = this.#primary();
    return this.#take(['^']) ? { kind: 'operator', operator: '^', given: [base, this.#unary()] } : base;
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at++];
    if (!token) throw new ExpressionError('Unexpected end');
    switch (token.kind) {
      case 'number':
        return { kind: 'number', value: Number(token.text) };
      case 'text':
        return { kind: 'text', value: token.text };
      case 'word':
        if (this.#take(['('])) return { kind: 'call', name: token.text, given: this.#list(')') };
        return { kind: 'id', name: token.text };
      case 'sign':
        return this.#bracketed(token.text);
    }
  }

  #bracketed(sign: string): Expression {
    if (sign === '[') return { kind: 'list', items: this.#list(']') };
    if (sign !== '(') throw new ExpressionError(`Unexpected "${sign}"`);
    const inner = this.expression();
    this.#require(')');
    return inner;
  }

  #list(end: string): readonly Expression[] {
    const items: Expression[] = [];
    if (this.#take([end])) return items;
    do items.push(this.expression());
    while (this.#take([',']));
    this.#require(end);
    return items;
  }

  /** The next token if it is one of these. */
  #take(texts: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    if (!token || token.kind === 'text' || !texts.includes(token.text)) return undefined;
    this.#at += 1;
    return token.text;
  }

  #require(text: string): void {
    if (!this.#take([text])) throw new ExpressionError(`Expected "${text}"`);
  }
}

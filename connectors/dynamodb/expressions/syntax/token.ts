import { validationException } from '../../values/refusal.ts';

/** A word, `#name`, `:value`, number or sign of an expression, and where it stands in the text. */
export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'sign' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = /[ \t\r\n]*/y;
const TOKEN = /([a-zA-Z]\w*)|(#\w+)|(:\w+)|(\d+)|(<=|>=|<>|.)/suy;

/** Cuts an expression into its tokens; the last one is `end`. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let start = skipSpace(text, 0);
  while (start < text.length) {
    TOKEN.lastIndex = start;
    const [matched = '', word, name, value, number] = TOKEN.exec(text) ?? [];
    const kind = word ? 'word' : name ? 'name' : value ? 'value' : number ? 'number' : 'sign';
    const end = start + matched.length;
    tokens.push({ kind, text: matched, start, end });
    start = skipSpace(text, end);
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length, end: text.length });
  return tokens;
}

function skipSpace(text: string, start: number): number {
  SPACE.lastIndex = start;
  SPACE.test(text);
  return SPACE.lastIndex;
}

/** Reads the tokens of an expression one after another, and refuses it in AWS's words at the first that does not fit. */
export class TokenReader {
  readonly #text: string;
  readonly #parameter: string | undefined;
  readonly #tokens: readonly Token[];
  #next = 0;

  /** @param parameter the request's parameter that holds the expression, as its refusals name it */
  constructor(text: string, parameter: string | undefined) {
    this.#text = text;
    this.#parameter = parameter;
    this.#tokens = tokenize(text);
  }

  /** The next token, or the one `ahead` of it, which stay there. */
  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new TypeError('There is always a last token.');
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Whether the next token is this sign. */
  sees(sign: string): boolean {
    const token = this.peek();
    return token.kind === 'sign' && token.text === sign;
  }

  /** Whether the next token is this word, in upper or lower case. */
  seesWord(word: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.toUpperCase() === word;
  }

  /** Takes the next token if it is this sign or word. */
  takeIf(signOrWord: string): boolean {
    const is = this.sees(signOrWord) || this.seesWord(signOrWord);
    if (is) this.#next++;
    return is;
  }

  expect(signOrWord: string): void {
    if (!this.takeIf(signOrWord)) throw this.syntaxError();
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.syntaxError();
  }

  /** AWS names the token that does not fit, and shows it between its neighbours. */
  syntaxError(): Error {
    const at = Math.min(this.#next, this.#tokens.length - 1);
    const before = this.#tokens[at - 1] ?? this.#tokens[at];
    const after = this.#tokens[at + 1] ?? this.#tokens[at];
    const near = this.#text.slice(before?.start, after?.end).trimEnd();
    return this.refusal(`Syntax error; token: "${this.#tokens[at]?.text}", near: "${near}"`);
  }

  /** A refusal of the whole expression. */
  refusal(message: string): Error {
    return invalidExpression(this.#parameter, message);
  }
}

/** What AWS says of an expression that it does not take; of a PartiQL statement, which has no parameter, the same without its name. */
export function invalidExpression(parameter: string | undefined, message: string): Error {
  return validationException(parameter === undefined ? message : `Invalid ${parameter}: ${message}`);
}

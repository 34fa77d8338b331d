import { validationException } from '../../values/refusal.ts';

/** A word, name, literal or sign of a statement. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'sign' | 'end';
  /** Without quotes. */
  readonly text: string;
  /** `line:column:length`, as AWS's refusals point at it. */
  readonly position: string;
}

const SKIPPED = /(?:[ \t\r\n]|--[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const TOKEN =
  /([a-zA-Z_$][\w$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(<<|>>|<=|>=|<>|!=|[-+*=<>?.,:()[\]{}])/y;
/** Exponents and scales that AWS's parser can hold. */
const MAX_INT = 2_147_483_647;

/** Words that structure statements, and so are no names unless they are quoted. */
const KEYWORDS = new Set(
  `SELECT FROM WHERE ORDER BY ASC DESC INSERT INTO VALUE UPDATE SET REMOVE DELETE RETURNING EXISTS AS AND OR NOT IN BETWEEN
  IS NULL MISSING TRUE FALSE INNER JOIN LEFT RIGHT OUTER GROUP HAVING LIMIT UNION`.split(/\s+/),
);

/** What AWS says of a statement that cannot be read; of some it says no more. */
export function notWellFormed(detail = ''): Error {
  return validationException(`Statement wasn't well formed, can't be processed: ${detail}`);
}

/** Reads the tokens of a statement one after another. */
export class StatementReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
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

  /** Whether the next tokens are these signs and keywords. */
  sees(...wanted: readonly string[]): boolean {
    return wanted.every((each, ahead) => {
      const { kind, text } = this.peek(ahead);
      return kind === 'sign' ? text === each : kind === 'word' && text.toUpperCase() === each;
    });
  }

  /** Takes these signs and keywords if they are next. */
  takeIf(...wanted: readonly string[]): boolean {
    const seen = this.sees(...wanted);
    if (seen) this.#next += wanted.length;
    return seen;
  }

  expect(...wanted: readonly string[]): void {
    if (!this.takeIf(...wanted)) throw notWellFormed('Unexpected keyword');
  }

  /** Whether the next token is a name, quoted or not. */
  seesName(): boolean {
    const { kind, text } = this.peek();
    return kind === 'quoted' || (kind === 'word' && !KEYWORDS.has(text.toUpperCase()));
  }
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const place = placesIn(text);
  let start = skip(text, 0);
  while (start < text.length) {
    TOKEN.lastIndex = start;
    const [matched, word, quoted, string, number, sign] = TOKEN.exec(text) ?? [];
    if (matched === undefined) throw notWellFormed();
    if (number !== undefined) checkScale(number);
    const position = `${place(start)}:${matched.length}`;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, position });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll('""', '"'), position });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string.replaceAll("''", "'"), position });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, position });
    else tokens.push({ kind: 'sign', text: sign ?? '', position });
    start = skip(text, start + matched.length);
  }
  tokens.push({ kind: 'end', text: '', position: `${place(text.length)}:0` });
  return tokens;
}

/** Goes over blanks and comments. */
function skip(text: string, start: number): number {
  SKIPPED.lastIndex = start;
  SKIPPED.test(text);
  // The comment has no end.
  if (text.startsWith('/*', SKIPPED.lastIndex)) throw notWellFormed();
  return SKIPPED.lastIndex;
}

function checkScale(number: string): void {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const scale = (mantissa.split('.')[1]?.length ?? 0) - Number(exponent);
  if (Math.abs(Number(exponent)) > MAX_INT || Math.abs(scale) > MAX_INT) throw notWellFormed();
}

/** Tells line and column of an offset; offsets come in order. */
function placesIn(text: string): (offset: number) => string {
  let line = 1;
  let lineStart = 0;
  return (offset) => {
    for (;;) {
      const end = text.indexOf('\n', lineStart);
      if (end === -1 || end >= offset) return `${line}:${offset - lineStart + 1}`;
      line++;
      lineStart = end + 1;
    }
  };
}

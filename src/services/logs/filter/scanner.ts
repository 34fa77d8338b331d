import { invalidTerm, PatternRefused } from './refusal.ts';
import type { Operand, Operator } from './value-test.ts';

/** Reads the parts of a condition one by one; spaces between them do not count. */
export interface Scanner {
  isAtEnd(): boolean;
  /** Steps over `symbol` if it comes next. */
  take(symbol: string): boolean;
  /** Whether `symbol` comes next. */
  comes(symbol: string): boolean;
  /** Steps over these words if they come next. */
  takeWords(...words: readonly string[]): boolean;
  /** `$` and what belongs to it. */
  selector(): string;
  /** A name; empty when there is none. */
  name(): string;
  operator(): Operator;
  operand(): Operand;
  /** How many regular expressions were read. */
  expressions(): number;
}

const SPACES = /\s*/y;
const SELECTOR = /\$(?:\.?\[(?:\d+|\*|'[^']*'|"[^"]*")\]|\.[\p{L}\p{N}_-]+)*/uy;
const NAME = /[\p{L}\p{N}_-]*/uy;
const OPERATOR = /!=|<=|>=|=|<|>/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const EXPRESSION = /%[^%]+%/y;
/** What needs no quotes. */
const PLAIN = /[\p{L}\p{N}_.*:+@/-]+/uy;

/** Begins at the start of the text. */
export function scan(text: string): Scanner {
  let at = 0;
  let expressions = 0;
  const find = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return undefined;
    at = pattern.lastIndex;
    return found;
  };
  const skip = () => void find(SPACES);
  const take = (symbol: string) => {
    skip();
    if (!text.startsWith(symbol, at)) return false;
    at += symbol.length;
    return true;
  };
  const refused = () =>
    at < text.length ? invalidTerm(text.slice(at).trim()) : new PatternRefused('Invalid filter pattern');
  return {
    take,
    comes(symbol) {
      skip();
      return text.startsWith(symbol, at);
    },
    isAtEnd() {
      skip();
      return at >= text.length;
    },
    takeWords: (...words) => {
      skip();
      return find(new RegExp(`${words.join('\\s+')}(?![\\p{L}\\p{N}_])`, 'iuy')) !== undefined;
    },
    selector() {
      skip();
      const found = find(SELECTOR);
      if (!found) throw refused();
      return found[0];
    },
    name() {
      skip();
      return find(NAME)?.[0] ?? '';
    },
    operator() {
      skip();
      const found = find(OPERATOR);
      if (!found) throw refused();
      return found[0] as Operator;
    },
    operand() {
      skip();
      const quoted = find(QUOTED);
      if (quoted) return { text: (quoted[1] ?? '').replaceAll(/\\(.)/gs, '$1'), isQuoted: true };
      const expression = find(EXPRESSION);
      if (expression) expressions += 1;
      const plain = expression ?? find(PLAIN);
      if (!plain) throw refused();
      return { text: plain[0], isQuoted: false };
    },
    expressions: () => expressions,
  };
}

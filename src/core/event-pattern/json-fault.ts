import { type PatternDialect, placeOf } from './refusal.ts';

/** Where a value ends, or what is wrong with it. */
type Read = number | Fault;

interface Fault {
  readonly reason: string;
  /** Offset where AWS's parser stands. */
  readonly at: number;
  /** It complains of the character before that offset; its newer versions say the place of the character. */
  readonly ofCharacter?: true;
  /** Offset of the bracket that is not closed. */
  readonly opened?: number;
}

const REDACTED = 'REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)';
const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$]*/uy;

/** Says what is wrong with a text that is not JSON, in the words of AWS's parser, of which SNS has a newer version. */
export function jsonFault(text: string, dialect: PatternDialect): string {
  const newer = dialect === 'sns';
  const place = (offset: number): string => (newer ? placeOf(text, offset, REDACTED) : placeOf(text, offset));
  const fault = faultIn(text);
  const opened = fault.opened === undefined ? '' : ` (start marker at ${place(fault.opened)})`;
  const at = newer && fault.ofCharacter ? fault.at - 1 : fault.at;
  return `${newer ? 'failed to parse JSON. ' : ''}${fault.reason}${opened}\n at ${place(at)}`;
}

function faultIn(text: string): Fault {
  const start = past(SPACE, text, 0);
  if (start === text.length) return { reason: 'Filter is not an object', at: start };
  const end = readValue(text, start);
  if (typeof end !== 'number') return end;
  const next = past(SPACE, text, end);
  const fault = readValue(text, next);
  return typeof fault === 'number' ? { reason: 'Trailing token found after the value', at: fault } : fault;
}

function past(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function readValue(text: string, at: number): Read {
  const character = text[at] ?? '';
  if (character === '{') return readMembers(text, at, 'Object');
  if (character === '[') return readMembers(text, at, 'Array');
  if (character === '"') return readString(text, at, ': was expecting closing quote for a string value');
  const number = past(NUMBER, text, at);
  if (number > at) return number;
  const word = past(WORD, text, at);
  if (word === at) return unexpected(text, at, `expected a valid value ${TOKENS}`);
  if (['true', 'false', 'null'].includes(text.slice(at, word))) return word;
  return { reason: `Unrecognized token '${text.slice(at, word)}': was expecting ${TOKENS}`, at: word };
}

function unexpected(text: string, at: number, wanted: string): Fault {
  const character = text[at];
  if (character === undefined) return { reason: 'Unexpected end-of-input within/between Object entries', at };
  const shown = `Unexpected character ('${character}' (code ${character.charCodeAt(0)}))`;
  return { reason: `${shown}: ${wanted}`, at: at + 1, ofCharacter: true };
}

function readMembers(text: string, start: number, kind: 'Object' | 'Array'): Read {
  const close = kind === 'Object' ? '}' : ']';
  let at = past(SPACE, text, start + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    if (at === text.length) return unclosed(text, start, kind);
    const value = kind === 'Object' ? readMember(text, at) : readValue(text, at);
    if (typeof value !== 'number') return value;
    at = past(SPACE, text, value);
    if (text[at] === close) return at + 1;
    if (at === text.length) return unclosed(text, start, kind);
    if (text[at] !== ',') return unexpected(text, at, `was expecting comma to separate ${kind} entries`);
    at = past(SPACE, text, at + 1);
  }
}

function unclosed(text: string, start: number, kind: string): Fault {
  const reason = `Unexpected end-of-input: expected close marker for ${kind}`;
  return { reason, at: text.length, opened: start };
}

function readMember(text: string, at: number): Read {
  if (text[at] !== '"') return unexpected(text, at, 'was expecting double-quote to start field name');
  const name = readString(text, at, ' in field name');
  if (typeof name !== 'number') return name;
  const colon = past(SPACE, text, name);
  if (text[colon] !== ':') return unexpected(text, colon, 'was expecting a colon to separate field name and value');
  return readValue(text, past(SPACE, text, colon + 1));
}

function readString(text: string, start: number, unfinished: string): Read {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') return at + 1;
    const code = character.charCodeAt(0);
    if (code < 0x20) return controlCharacter(code, at);
    if (character === '\\') {
      const escaped = text[++at] ?? '';
      if (!'"\\/bfnrtu'.includes(escaped)) {
        const shown = `'${escaped}' (code ${escaped.charCodeAt(0)})`;
        return { reason: `Unrecognized character escape ${shown}`, at: at + 1, ofCharacter: true };
      }
    }
  }
  return { reason: `Unexpected end-of-input${unfinished}`, at: text.length };
}

function controlCharacter(code: number, at: number): Fault {
  const remedy = 'has to be escaped using backslash to be included in string value';
  return { reason: `Illegal unquoted character ((CTRL-CHAR, code ${code})): ${remedy}`, at: at + 1, ofCharacter: true };
}

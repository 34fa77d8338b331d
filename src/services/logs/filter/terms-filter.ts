import { type MessageFilter, NOTHING } from './message-filter.ts';
import { invalidTerm } from './refusal.ts';
import { isRegularExpression, regularExpression } from './regular-expression.ts';

/** Where a term must be, may be, or must not be. */
interface Term {
  readonly sign: '' | '?' | '-';
  readonly isIn: (message: string) => boolean;
  readonly isExpression: boolean;
}

/** A sign, then a phrase in quotes, an expression between percent signs, or a word. */
const TERM = /\s*([?-]?)("(?:[^"\\]|\\.)*"|%[^%]*%|[^\s"]+)/y;
const WORD = /^[\p{L}\p{N}_]+$/u;

/**
 * Terms: all that are plain must be in the message and none that has a minus; of those with a question mark one must be,
 * unless there are others, beside which AWS ignores them.
 */
export function termsFilter(pattern: string): MessageFilter {
  const terms = termsOf(pattern);
  const required = terms.filter(({ sign }) => sign === '');
  const excluded = terms.filter(({ sign }) => sign === '-');
  const optional = required.length + excluded.length > 0 ? [] : terms;
  const matches = (message: string) =>
    required.every(({ isIn }) => isIn(message)) &&
    !excluded.some(({ isIn }) => isIn(message)) &&
    (optional.length === 0 || optional.some(({ isIn }) => isIn(message)));
  const expressions = terms.filter(({ isExpression }) => isExpression).length;
  return { expressions, match: (message) => (matches(message) ? NOTHING : undefined) };
}

function termsOf(pattern: string): readonly Term[] {
  const terms: Term[] = [];
  const text = pattern.trimEnd();
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const at = TERM.lastIndex;
    const found = TERM.exec(text);
    if (!found) throw invalidTerm(text.slice(at).trim());
    const [, sign, term = ''] = found;
    terms.push({ sign: sign as Term['sign'], isIn: testOf(term), isExpression: isRegularExpression(term) });
  }
  return terms;
}

function testOf(term: string): Term['isIn'] {
  if (isRegularExpression(term)) return regularExpression(term);
  const wanted = term.startsWith('"') ? phraseOf(term) : wordOf(term);
  return (message) => message.includes(wanted);
}

function phraseOf(term: string): string {
  const phrase = term.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
  if (phrase === '') throw invalidTerm(term);
  return phrase;
}

function wordOf(term: string): string {
  if (!WORD.test(term)) throw invalidTerm(term);
  return term;
}

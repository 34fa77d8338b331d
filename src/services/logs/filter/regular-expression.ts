import { linearMatcher } from './linear-matcher.ts';
import { invalidTerm } from './refusal.ts';

/** What AWS lets an expression consist of; parentheses are not among it. Same page as the pattern. */
const SUPPORTED = /^[A-Za-z0-9:_#=@/;,\- ^$?[\]{}|\\*+.]+$/;

/** Whether the expression between percent signs, e.g. `%4[0-9]{2}%`, is found in a text. */
export function regularExpression(text: string): (value: string) => boolean {
  const source = text.slice(1, -1);
  if (!SUPPORTED.test(source) || !isExpression(source)) throw invalidTerm(text);
  return linearMatcher(source);
}

function isExpression(source: string): boolean {
  try {
    return new RegExp(source) !== undefined;
  } catch {
    return false;
  }
}

/** Whether the text is meant as one. */
export const isRegularExpression = (text: string): boolean =>
  text.length > 2 && text.startsWith('%') && text.endsWith('%');

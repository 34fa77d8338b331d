import { invalidTerm } from './refusal.ts';

/** What AWS lets an expression consist of; parentheses are not among it. Same page as the pattern. */
const SUPPORTED = /^[A-Za-z0-9:_#=@/;,\- ^$?[\]{}|\\*+.]+$/;

/** The expression between percent signs, e.g. `%4[0-9]{2}%`. */
export function regularExpression(text: string): RegExp {
  const source = text.slice(1, -1);
  if (!SUPPORTED.test(source)) throw invalidTerm(text);
  try {
    return new RegExp(source);
  } catch {
    throw invalidTerm(text);
  }
}

/** Whether the text is meant as one. */
export const isRegularExpression = (text: string): boolean =>
  text.length > 2 && text.startsWith('%') && text.endsWith('%');

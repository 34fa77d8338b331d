/** Why a filter pattern is none. */
export class PatternRefused extends Error {}

/** A term with a character that must be quoted. */
export const invalidTerm = (term: string): PatternRefused =>
  new PatternRefused(`Invalid character(s) in term '${term}'`);

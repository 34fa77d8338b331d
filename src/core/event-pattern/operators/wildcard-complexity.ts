import type { LosslessJson } from '../../json/lossless-json.ts';

/**
 * How many beginnings of wildcard patterns one text may fit at once. AWS does not say it; recorded and reported are
 * refusals of 11 and 12 and acceptances of 7 and 9.
 * docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, "Wildcard complexity"
 */
const REFUSED_FROM = 10;
/** Sets of beginnings that are looked at; what needs more is not judged further. */
const MOST_SETS = 2000;

const ANY = Symbol('any characters');
type Token = string | typeof ANY;

/** The wildcard patterns of one field's list. */
export const wildcardsOf = (members: readonly LosslessJson[]): readonly string[] =>
  members.flatMap((member) => {
    const wildcard = member.kind === 'object' ? member.members.get('wildcard') : undefined;
    return wildcard?.kind === 'string' ? [wildcard.value] : [];
  });

/** Whether some text fits so many beginnings of these patterns at once that AWS refuses them, as its engine counts them. */
export function areTooComplex(wildcards: readonly string[]): boolean {
  const patterns = wildcards.map(tokensOf);
  const start = closed(patterns, new Set(patterns.map((_, pattern) => placeOf(pattern, 0))));
  const seen = new Set<string>();
  const waiting = [start];
  for (let next = waiting.pop(); next && seen.size < MOST_SETS; next = waiting.pop()) {
    const name = [...next].sort((a, b) => a - b).join();
    if (seen.has(name)) continue;
    seen.add(name);
    for (const letter of nextLetters(patterns, next)) {
      const reached = step(patterns, next, letter);
      if (reached.size >= REFUSED_FROM) return true;
      waiting.push(reached);
    }
  }
  return false;
}

/** A beginning of a pattern as one number: which pattern, and how many tokens of it. */
const PATTERN = 2 ** 16;
const placeOf = (pattern: number, length: number): number => pattern * PATTERN + length;

/** The text ends with its quote, which counts as a letter. */
function tokensOf(wildcard: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < wildcard.length; at++) {
    const letter = wildcard.charAt(at);
    if (letter === '*') tokens.push(ANY);
    else tokens.push(letter === '\\' ? wildcard.charAt(++at) : letter);
  }
  return [...tokens, '"'];
}

/** The beginnings that fit after one more letter; of any other letter than the patterns' when it is {@link ANY}. */
function step(
  patterns: readonly (readonly Token[])[],
  places: ReadonlySet<number>,
  letter: Token,
): ReadonlySet<number> {
  const reached = new Set<number>();
  for (const place of places) {
    const tokens = patterns[Math.floor(place / PATTERN)] ?? [];
    const length = place % PATTERN;
    if (tokens[length - 1] === ANY) reached.add(place);
    if (letter !== ANY && tokens[length] === letter) reached.add(place + 1);
  }
  return closed(patterns, reached);
}

/** The letters with which one of these beginnings goes on; all others lead where {@link ANY} does. */
function nextLetters(patterns: readonly (readonly Token[])[], places: ReadonlySet<number>): ReadonlySet<Token> {
  const letters = new Set<Token>([ANY]);
  for (const place of places) {
    const letter = patterns[Math.floor(place / PATTERN)]?.[place % PATTERN];
    if (letter !== undefined) letters.add(letter);
  }
  return letters;
}

/** What fits a beginning fits it with any characters of no length, too. */
function closed(patterns: readonly (readonly Token[])[], places: Set<number>): ReadonlySet<number> {
  for (const place of places)
    if (patterns[Math.floor(place / PATTERN)]?.[place % PATTERN] === ANY) places.add(place + 1);
  return places;
}

import { nearestWord } from '../core/nearest-word.ts';

const PREFIX = 'HEADWATER_';
/** Of a short name two letters make another word: HOME is not HOST. */
const mostTypos = (letters: string) => (letters.length > 5 ? 2 : 1);
/** What else is called so: the endpoint of other commands, the folder that Docker Compose runs, and what our tests read. */
const OTHERS = /^HEADWATER_(ENDPOINT|PROJECT|SEED|RUNS|SHRINK|COUNT_FILE|(TEST|RECORDED)_.*)$/;

/** A variable that was set and that nobody reads, though its name is nearly that of one of ours. */
export interface UnknownVariable {
  readonly variable: string;
  readonly nearest: string;
}

/** What people are told of it, behind its name. */
export const faultOf = ({ nearest }: UnknownVariable): string =>
  `is not known and sets nothing; did you mean ${nearest}?`;

/**
 * Finds variables whose names were mistyped. Where words are parted by an underscore does not count as a difference.
 * @param known those that set something
 */
export function unknownVariables(environment: NodeJS.ProcessEnv, known: readonly string[]): readonly UnknownVariable[] {
  const byLetters = new Map(known.map((variable) => [lettersOf(variable), variable]));
  return Object.keys(environment).flatMap((variable) => {
    if (!variable.startsWith(PREFIX) || known.includes(variable) || OTHERS.test(variable)) return [];
    const letters = nearestWord(lettersOf(variable), [...byLetters.keys()], mostTypos(lettersOf(variable)));
    const nearest = letters === undefined ? undefined : byLetters.get(letters);
    return nearest === undefined ? [] : [{ variable, nearest }];
  });
}

const lettersOf = (variable: string) => variable.slice(PREFIX.length).replaceAll('_', '');

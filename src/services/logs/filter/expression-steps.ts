import { invalidTerm, PatternRefused } from './refusal.ts';

/** One step of an expression: a character, an end of the text, or the end of an alternative, where it is found. */
export type Step =
  | {
      readonly kind: 'unit';
      readonly fits: (unit: number) => boolean;
      /** Whether it may be left out. */
      readonly isOptional: boolean;
      /** Whether it may come again. */
      readonly repeats: boolean;
    }
  | { readonly kind: '^' | '$' | 'found' };

/** More than the 1,024 characters of a pattern come to without counts; a message has a million. */
const MAX_STEPS = 1_100;

/** One character, or what stands for one. */
const ATOM =
  /\\(?:x[0-9A-Fa-f]{2}|[dDsSwW]|[^A-Za-z0-9])|\[(?:\\(?:x[0-9A-Fa-f]{2}|[dDsSwW]|[^A-Za-z0-9])|[^\]\\])*\]|[^\\[]/y;
/** How often; one that takes as little as it can finds the same. */
const COUNT = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;

/** An expression as steps, one behind the other. */
export interface ExpressionSteps {
  readonly steps: readonly Step[];
  /** Where its alternatives begin. */
  readonly beginnings: readonly number[];
}

/** Takes an expression apart; without brackets it is nothing but alternatives of steps. @throws PatternRefused */
export function stepsOf(source: string): ExpressionSteps {
  const steps: Step[] = [];
  const beginnings = [0];
  ATOM.lastIndex = 0;
  while (ATOM.lastIndex < source.length) {
    const [atom] = ATOM.exec(source) ?? [];
    if (atom === undefined) throw invalidTerm(`%${source}%`);
    if (atom === '|') {
      steps.push({ kind: 'found' });
      beginnings.push(steps.length);
    } else if (atom === '^' || atom === '$') steps.push({ kind: atom });
    else {
      COUNT.lastIndex = ATOM.lastIndex;
      const count = COUNT.exec(source);
      if (count) ATOM.lastIndex = COUNT.lastIndex;
      steps.push(...repeated(fitsOf(atom), count, MAX_STEPS - steps.length, source));
    }
  }
  steps.push({ kind: 'found' });
  return { steps, beginnings };
}

function repeated(
  fits: (unit: number) => boolean,
  count: readonly (string | undefined)[] | null,
  room: number,
  source: string,
): readonly Step[] {
  const [least, most] = boundsOf(count);
  const wanted = most === Number.POSITIVE_INFINITY ? Math.max(1, least) : most;
  if (wanted > room) {
    throw new PatternRefused(`Headwater does not support more than ${MAX_STEPS} characters in term '%${source}%'`);
  }
  return Array.from({ length: wanted }, (_, index) => ({
    ...{ kind: 'unit', fits, isOptional: index >= least },
    repeats: most === Number.POSITIVE_INFINITY && index === wanted - 1,
  }));
}

function boundsOf(count: readonly (string | undefined)[] | null): readonly [least: number, most: number] {
  if (!count) return [1, 1];
  const [, sign, least = '', comma, most = ''] = count;
  if (sign === '*') return [0, Number.POSITIVE_INFINITY];
  if (sign === '+') return [1, Number.POSITIVE_INFINITY];
  if (sign === '?') return [0, 1];
  if (comma === '') return [Number(least), Number(least)];
  return [Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most)];
}

/** Most lines consist of these alone. */
export const ASCII = 128;

/** What an atom means is the language's affair; it is asked once. */
function fitsOf(atom: string): (unit: number) => boolean {
  const code = atom.charCodeAt(0);
  if (atom.length === 1 && atom !== '.') return (unit) => unit === code;
  const expression = new RegExp(`^${atom}$`);
  const asked = (unit: number) => expression.test(String.fromCharCode(unit));
  const known = Array.from({ length: ASCII }, (_, unit) => asked(unit));
  return (unit) => known[unit] ?? asked(unit);
}

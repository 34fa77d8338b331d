import { ASCII, type Step, stepsOf } from './expression-steps.ts';

/** At which steps the ways are that need a character or the end of the text next, and whether one has come to its own end. */
interface Reached {
  readonly ways: readonly number[];
  readonly isFound: boolean;
}

/** What was reached amid a text, with what is reached by the next character, as far as that is known. */
interface Place extends Reached {
  readonly behind: (Place | undefined)[];
}

/** So many places are remembered at most, and none of more ways than that: there would be too many of them. */
const MAX_PLACES = 200;
const MAX_WAYS = 100;

/**
 * Finds an expression of CloudWatch Logs in a text within a time that grows with the length of both: it follows all ways at
 * once, and remembers where they come to by which character. The language's own matcher tries one way after the other, and
 * `%a*a*a*b%` in a long line of `a` is enough to stop everything else that the process does.
 */
export function linearMatcher(source: string): (text: string) => boolean {
  const { steps, beginnings } = stepsOf(source);
  const atStart = reach(steps, beginnings, { isStart: true });
  let first = placeOf(atStart);
  let known = new Map<string, Place>();

  const remember = (reached: Reached): Place => {
    const key = reached.isFound ? 'found' : reached.ways.join();
    const there = known.get(key);
    if (there) return there;
    if (known.size >= MAX_PLACES) [first, known] = [placeOf(atStart), new Map()];
    const place = placeOf(reached);
    known.set(key, place);
    return place;
  };
  const next = (before: Place, unit: number): Place => {
    const from = [...beginnings];
    for (const way of before.ways) {
      const step = steps[way];
      if (step?.kind !== 'unit' || !step.fits(unit)) continue;
      if (step.repeats) from.push(way);
      from.push(way + 1);
    }
    const reached = reach(steps, from, {});
    if (reached.ways.length > MAX_WAYS) return placeOf(reached);
    const place = remember(reached);
    if (unit < ASCII) before.behind[unit] = place;
    return place;
  };
  const isFoundAtEnd = ({ ways }: Reached, isStart: boolean) => {
    const from = ways.flatMap((way) => (steps[way]?.kind === '$' ? way + 1 : []));
    return reach(steps, from, { isStart, isEnd: true }).isFound;
  };

  return (text) => {
    let place = first;
    for (let at = 0; at < text.length && !place.isFound; at++) {
      const unit = text.charCodeAt(at);
      place = place.behind[unit] ?? next(place, unit);
    }
    return place.isFound || isFoundAtEnd(place, text === '');
  };
}

const placeOf = (reached: Reached): Place => ({ ...reached, behind: new Array(ASCII).fill(undefined) });

/** Follows ways from these steps as far as they need no character. */
function reach(
  steps: readonly Step[],
  from: readonly number[],
  { isStart = false, isEnd = false }: { readonly isStart?: boolean; readonly isEnd?: boolean },
): Reached {
  const seen = new Uint8Array(steps.length);
  const ways: number[] = [];
  for (const beginning of from) {
    for (let index = beginning; seen[index] === 0; index++) {
      seen[index] = 1;
      const step = steps[index];
      if (step?.kind === 'found') return FOUND;
      if (step?.kind !== '^') ways.push(index);
      const mayPass = step?.kind === 'unit' ? step.isOptional : step?.kind === '^' ? isStart : isEnd;
      if (!mayPass) break;
    }
  }
  return { ways, isFound: false };
}

const FOUND: Reached = { ways: [], isFound: true };

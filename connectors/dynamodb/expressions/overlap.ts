import { type DocumentPath, pathText } from './path.ts';
import { invalidExpression } from './syntax/token.ts';

/**
 * Refuses two paths of which one holds the other, or that want the same value to be a map and a list: what becomes of
 * such, and in which order, would be anyone's guess.
 */
export function checkOverlaps(paths: readonly DocumentPath[], parameter: string | undefined): void {
  refuseFirst(paths, overlap, 'overlap', parameter);
  refuseFirst(paths, conflict, 'conflict', parameter);
}

function refuseFirst(
  paths: readonly DocumentPath[],
  clash: (one: DocumentPath, two: DocumentPath) => boolean,
  verb: string,
  parameter: string | undefined,
): void {
  for (const [index, two] of paths.entries()) {
    const one = paths.slice(0, index).find((earlier) => clash(earlier, two));
    if (one === undefined) continue;
    const message = `Two document paths ${verb} with each other; must remove or rewrite one of these paths`;
    throw invalidExpression(parameter, `${message}; path one: ${pathText(one)}, path two: ${pathText(two)}`);
  }
}

function overlap(one: DocumentPath, two: DocumentPath): boolean {
  const length = Math.min(one.length, two.length);
  return firstDifference(one, two) === length;
}

function conflict(one: DocumentPath, two: DocumentPath): boolean {
  const at = firstDifference(one, two);
  return at < Math.min(one.length, two.length) && typeof one[at] !== typeof two[at];
}

function firstDifference(one: DocumentPath, two: DocumentPath): number {
  const length = Math.min(one.length, two.length);
  for (let at = 0; at < length; at++) if (one[at] !== two[at]) return at;
  return length;
}

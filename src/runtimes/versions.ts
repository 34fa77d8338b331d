/** A version as far as runtimes are told apart by it: `[3, 13]`, `[22]`. */
export type Version = readonly number[];

/** Reads `3.13`, `22`, `v22.1.0`, `cpython-3.13.0-linux`: the first number and those after its dots. */
export function parseVersion(text: string): Version | undefined {
  return text
    .match(/\d+(\.\d+)*/)?.[0]
    .split('.')
    .map(Number);
}

/** Whether `version` is of the release line that `wanted` names. */
export function isOfLine(version: Version, wanted: Version): boolean {
  return wanted.every((part, index) => version[index] === part);
}

/** Smaller is nearer; of two equally far the newer one is nearer, and of one line the newest. */
export function distance(version: Version, wanted: Version): number {
  const gap = line(version.slice(0, wanted.length)) - line(wanted);
  return Math.abs(gap) * 4 - (gap > 0 ? 1 : 0);
}

/** Orders by release, newest first. */
export function newestFirst(left: Version, right: Version): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const gap = (right[index] ?? 0) - (left[index] ?? 0);
    if (gap !== 0) return gap;
  }
  return 0;
}

/** One number per release line: 3.13 → 313, 22 → 2200. */
const line = (version: Version) => (version[0] ?? 0) * 100 + (version[1] ?? 0);

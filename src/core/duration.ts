import { DAY, HOUR, MINUTE, SECOND } from './clock.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const SHORT = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/y;
const ISO =
  /^P(?:(?<d>\d+(?:\.\d+)?)D)?(?:T(?:(?<h>\d+(?:\.\d+)?)H)?(?:(?<m>\d+(?:\.\d+)?)M)?(?:(?<s>\d+(?:\.\d+)?)S)?)?$/;

/** Milliseconds of `90s`, `1h30m`, `500ms`, `2d` or ISO 8601's `PT1H`; `undefined` for any other text. */
export function durationMs(text: string): number | undefined {
  const iso = ISO.exec(text)?.groups;
  if (iso) return sum(Object.entries(iso).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const parts: [string, string][] = [];
  SHORT.lastIndex = 0;
  let end = 0;
  for (let match = SHORT.exec(text); match; match = SHORT.exec(text)) {
    parts.push([match[2] ?? '', match[1] ?? '']);
    end = SHORT.lastIndex;
  }
  return end === text.length ? sum(parts) : undefined;
}

/** Undefined for no parts at all: `P` and the empty text are no durations. */
function sum(parts: readonly (readonly [unit: string, amount: string])[]): number | undefined {
  if (parts.length === 0) return undefined;
  return parts.reduce((total, [unit, amount]) => total + Number(amount) * (UNITS[unit] ?? 0), 0);
}

/** `aaaaaa…<262144 chars>`: how the recordings write down the beginning of a long text. */
const CUT = /^([^…]*)…<(\d+) chars>$/s;
/** How often a text must have said the same to be taken to go on like that. */
const MIN_REPEATS = 3;

/**
 * The whole of a text that was cut, where its beginning repeats itself; else `undefined`.
 * @param ending how it ends, where a person found that out: then its last letter repeats itself up to there
 */
export function wholeOf(text: string, ending?: string): string | undefined {
  const [, beginning = '', length] = CUT.exec(text) ?? [];
  if (length !== undefined && ending !== undefined)
    return beginning.padEnd(Number(length) - ending.length, beginning.at(-1)) + ending;
  const period = periodOf(beginning);
  if (period === undefined) return undefined;
  return period.repeat(Math.ceil(Number(length) / period.length)).slice(0, Number(length));
}

function periodOf(text: string): string | undefined {
  for (let length = 1; length * MIN_REPEATS <= text.length; length++) {
    const period = text.slice(0, length);
    if (period.repeat(Math.ceil(text.length / length)).startsWith(text)) return period;
  }
  return undefined;
}

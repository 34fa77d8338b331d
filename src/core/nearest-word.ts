const MOST_TYPOS = 3;

/** The known word that is the fewest edits away from what was written; `undefined` when none is close. */
export function nearestWord(written: string, known: readonly string[], mostTypos = MOST_TYPOS): string | undefined {
  const ranked = known.map((word) => ({ word, edits: editsBetween(written.toLowerCase(), word.toLowerCase()) }));
  const [best] = ranked.sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.min(mostTypos, written.length - 1) ? best.word : undefined;
}

/** Levenshtein distance. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

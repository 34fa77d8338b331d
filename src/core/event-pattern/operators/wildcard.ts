/**
 * Compiles a wildcard pattern: `*` stands for any characters, `\*` and `\\` for themselves.
 * docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compileWildcard(pattern: string, refuse: (reason: string) => never): (text: string) => boolean {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '*') {
      if (pattern[at + 1] === '*') refuse(`Consecutive wildcard characters at pos ${at + 1}`);
      parts.push(part);
      part = '';
    } else if (character === '\\') {
      const next = pattern.charAt(++at);
      if (next !== '*' && next !== '\\') refuse(`Invalid escape character at pos ${at}`);
      part += next;
    } else {
      part += character;
    }
  }
  parts.push(part);
  return (text) => matchesParts(parts, text);
}

/** Literal parts with anything between them, found from the left: linear in the text, without backtracking. */
function matchesParts(parts: readonly string[], text: string): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

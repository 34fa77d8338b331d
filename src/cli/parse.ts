import { parseArgs } from 'node:util';
import { HeadwaterError } from '../core/errors.ts';
import type { Command, CommandLine } from './command.ts';

/** A mistake on the command line; exits with 2. */
export const wrongUse = (message: string) => new HeadwaterError('INVALID_OPTION', message);

/** Takes the arguments behind the command's name apart; names the one that is wrong and what would be right. */
export function parse(command: Command, args: readonly string[]): CommandLine {
  const options = Object.fromEntries(
    Object.entries(command.flags).map(([name, flag]) => [
      name,
      { type: flag.value === undefined ? ('boolean' as const) : ('string' as const), multiple: flag.many ?? false },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  const flags: Record<string, string | true | string[]> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = command.flags[token.name];
    if (!flag) throw unknownFlag(command, token.rawName);
    const value = readValue(token.rawName, flag.value, token.value);
    const before = flags[token.name];
    flags[token.name] = flag.many ? [...(Array.isArray(before) ? before : []), String(value)] : value;
  }
  if (positionals.length > 0 && command.takes === undefined) {
    throw wrongUse(
      `"headwater ${command.name}" takes no argument "${positionals[0]}"; see headwater ${command.name} --help`,
    );
  }
  return { positionals, flags };
}

function readValue(rawName: string, placeholder: string | undefined, value: string | undefined): string | true {
  if (placeholder === undefined) {
    if (value === undefined) return true;
    throw wrongUse(`${rawName} takes no value; got "${value}"`);
  }
  // `--port --quiet` is a port that was forgotten, not a port named `--quiet`.
  if (value !== undefined && value !== '' && !value.startsWith('--')) return value;
  throw wrongUse(`${rawName} needs a value: ${rawName} ${placeholder}`);
}

function unknownFlag(command: Command, rawName: string): HeadwaterError {
  const nearest = nearestOf(rawName.replace(/^-+/, ''), Object.keys(command.flags));
  const hint = nearest ? `; did you mean --${nearest}?` : '.';
  return wrongUse(
    `Unknown option ${rawName} of "headwater ${command.name}"${hint} See headwater ${command.name} --help`,
  );
}

const MOST_TYPOS = 3;

/** The known word that is the fewest edits away from what was written; `undefined` when none is close. */
export function nearestOf(written: string, known: readonly string[]): string | undefined {
  const ranked = known.map((word) => ({ word, edits: editsBetween(written.toLowerCase(), word.toLowerCase()) }));
  const [best] = ranked.sort((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.min(MOST_TYPOS, written.length - 1) ? best.word : undefined;
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

/** The value of a flag that is given once. */
export function textOf(flags: CommandLine['flags'], name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

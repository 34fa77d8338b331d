import { parseArgs } from 'node:util';
import { HeadwaterError } from '../core/errors.ts';
import { nearestWord } from '../core/nearest-word.ts';
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
  const nearest = nearestWord(rawName.replace(/^-+/, ''), Object.keys(command.flags));
  const hint = nearest ? `; did you mean --${nearest}?` : '.';
  return wrongUse(
    `Unknown option ${rawName} of "headwater ${command.name}"${hint} See headwater ${command.name} --help`,
  );
}

/** The value of a flag that is given once. */
export function textOf(flags: CommandLine['flags'], name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

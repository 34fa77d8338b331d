import { HeadwaterError } from '../core/errors.ts';
import type { Flags } from './command.ts';

/**
 * Passes on what the admin API answers. Its refusals name members of the request; whoever typed flags is told of those,
 * and of the argument as the command calls it.
 */
export async function* inFlags(lines: AsyncIterable<string>, flags: Flags): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    if (!(error instanceof HeadwaterError && error.code === 'INVALID_REPLAY')) throw error;
    throw new HeadwaterError(error.code, namingFlags(error.message, flags), { cause: error });
  }
}

const VALUE = '; got ';

/** What was got is quoted too, and may be the name of a flag. */
function namingFlags(message: string, flags: Flags): string {
  const [refusal = '', ...value] = message.split(VALUE);
  const named = refusal.replaceAll(/"(\w+)"/g, (quoted, member: string) => {
    if (member === 'source') return 'STREAM_ARN';
    const flag = member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return flags[flag] ? `--${flag}` : quoted;
  });
  return [named, ...value].join(VALUE);
}

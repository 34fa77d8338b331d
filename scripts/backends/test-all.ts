import { spawn } from 'node:child_process';
import type { Way } from './bring-up.ts';
import { withEngines } from './with-engines.ts';

/**
 * Runs vitest with all engines up, and with the tests that run on them once more.
 *
 * @returns the exit code: that of vitest, or 1 when an engine is missing
 */
export async function testAll(args: readonly string[]): Promise<number> {
  const { way, rest } = wayIn(args);
  return await withEngines(way, async ({ env, missing }) => {
    const code = await vitest(rest, { HEADWATER_TEST_ALL: '1', ...env });
    for (const name of missing) console.error(`failed: ${name} is missing, so its tests were skipped`);
    return missing.length > 0 ? 1 : code;
  });
}

function wayIn(args: readonly string[]): { readonly way: Way | undefined; readonly rest: readonly string[] } {
  const at = args.indexOf('--with');
  const way = args[at + 1];
  if (at < 0) return { way: undefined, rest: args };
  if (way !== 'native' && way !== 'containers') throw new Error('--with takes native or containers');
  return { way, rest: args.filter((_, index) => index !== at && index !== at + 1) };
}

/** A signal from the terminal reaches vitest too: it ends, and this process goes on to take down what it started. */
function vitest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn('node_modules/.bin/vitest', ['run', ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

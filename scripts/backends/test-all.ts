import { spawn } from 'node:child_process';
import { bringUp, takeDown, type Way } from './bring-up.ts';
import { engineNames, engineNamesIn, variablesOf } from './engine.ts';
import { readState } from './state.ts';

/**
 * Runs vitest with all engines up, and with the tests that run on them once more. Those that were up before, or that the environment names, are left as they are; those
 * that this run has started end with it, however it ends.
 *
 * @returns the exit code: that of vitest, or 1 when an engine is missing
 */
export async function testAll(args: readonly string[]): Promise<number> {
  const { way, rest } = wayIn(args);
  const others = new Set([...engineNamesIn(process.env), ...readState().engines.map(({ name }) => name)]);
  const own = engineNames.filter((name) => !others.has(name));
  const named = engineNamesIn(process.env);
  const wanted = engineNames.filter((name) => !named.includes(name));
  const engines = await bringUp(wanted, way, (line) => console.error(line));
  const missing = wanted.filter((name) => !engines.some((engine) => engine.name === name));
  try {
    const code = await vitest(rest, { ...variablesOf(engines), HEADWATER_TEST_ALL: '1', ...process.env });
    for (const name of missing) console.error(`failed: ${name} is missing, so its tests were skipped`);
    return missing.length > 0 ? 1 : code;
  } finally {
    await takeDown(own);
  }
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

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from './source-files.ts';

/**
 * Builds the command line for one test file, as users run it. Not into `dist`, which belongs to whoever publishes; inside
 * node_modules, so that its imports resolve.
 *
 * @returns the built `cli.js`
 */
export function buildCli(name: string): string {
  const folder = join(projectRoot, 'node_modules/.cache/headwater', name);
  const args = ['scripts/build.mjs', '--no-types', '--out', folder];
  execFileSync(process.execPath, args, { cwd: projectRoot, stdio: 'inherit' });
  return join(folder, 'src/cli.js');
}

/** A `headwater up` in a process of its own. */
export interface HeadwaterProcess extends AsyncDisposable {
  readonly endpoint: string;
  readonly process: ChildProcess;
  /** All that it printed. */
  output(): string;
  /** Ends it at once, as a crash would, and resolves when it is gone. */
  kill(): Promise<void>;
}

/** Runs `headwater up` and resolves when it has printed its endpoint. */
export async function headwaterUp(
  cliFile: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<HeadwaterProcess> {
  const child = spawn(process.execPath, [cliFile, 'up', '--port', '0', ...args], {
    cwd: options.cwd ?? projectRoot,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exited = once(child, 'exit');
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const url = /^Headwater .* at (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    exited.then(([code]) => reject(new Error(`headwater up ended with ${code}:\n${output}`)), reject);
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { endpoint, process: child, output: () => output, kill, [Symbol.asyncDispose]: kill };
}

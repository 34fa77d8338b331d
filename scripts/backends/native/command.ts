import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Characters of a failed command's output that are shown. */
const SHOWN_CHARACTERS = 800;

/** How to run a command. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly limitMs: number;
}

/** Runs a command to its end and resolves with what it printed; rejects with the end of its output. */
export function run(command: string, args: readonly string[], { cwd, env, limitMs }: CommandOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    let printed = '';
    let complaint = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaint += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(printed);
      const end = signal === null ? `ended with ${code}` : `was ended by ${signal}, after ${limitMs / 1000} s at most`;
      const said = (complaint || printed).trim().slice(-SHOWN_CHARACTERS);
      reject(new Error(`${command} ${args.join(' ')} ${end}:\n${said}`));
    });
  });
}

/** The program of this name on the PATH. */
export function which(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

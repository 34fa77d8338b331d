import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How often it is asked whether an engine is ready. */
const ASK_MS = 20;
/** An engine that is not ready by then never will be, however busy the machine is. */
const READY_LIMIT_MS = 150_000;
/** How long an engine may take to end in order. */
const END_LIMIT_MS = 20_000;
const SHOWN_CHARACTERS = 1500;

/** A program that outlives whoever starts it. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where it runs, and where its log is. */
  readonly folder: string;
  readonly isReady: () => Promise<boolean>;
}

/** Starts a program and resolves with its process when it is ready. One that was left behind there ends first. */
export async function startProgram({ command, args, env, folder, isReady }: Program): Promise<number> {
  mkdirSync(folder, { recursive: true });
  await endProgramIn(folder);
  const logFile = join(folder, 'log');
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  // Noted before it is ready: whoever is interrupted while he waits leaves nothing that cannot be found.
  writeFileSync(join(folder, 'pid'), String(child.pid));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${endOf(logFile)}`)));
  });
  await Promise.race([failed, untilReady(child, command, isReady)]);
  child.removeAllListeners('exit');
  child.unref();
  if (child.pid === undefined) throw new Error(`${command} has no process`);
  return child.pid;
}

async function untilReady(child: ChildProcess, command: string, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (!(await isReady())) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${command} was not ready after ${READY_LIMIT_MS / 1000} s`);
    }
    await pause(ASK_MS);
  }
}

const endOf = (file: string): string => readFileSync(file, 'utf8').trim().slice(-SHOWN_CHARACTERS);

/** Ends the program that was started in this folder: in order, and by force when it takes too long. */
export async function endProgramIn(folder: string): Promise<void> {
  const pidFile = join(folder, 'pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const deadline = Date.now() + END_LIMIT_MS;
  for (let signal: 'SIGTERM' | 'SIGKILL' | 0 = 'SIGTERM'; runsIn(pid, folder); await pause(ASK_MS)) {
    process.kill(pid, signal);
    signal = Date.now() > deadline ? 'SIGKILL' : 0;
  }
  rmSync(pidFile);
}

/** Whether there is a process of this number; a zombie that nobody has buried yet is none. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Whether this is still the process that was started there: numbers are used again. */
function runsIn(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}

/** Below those that systems give to whoever asks for any port: one of these stays free until it is used. */
const PORTS = { from: 20_000, to: 32_000 };

/** A port of the loopback interface that is free, and whose number nobody else is given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

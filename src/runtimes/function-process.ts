import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import type { ExitReason } from './function-errors.ts';
import { LogEvents } from './log-events.ts';
import type { MemoryLimit } from './memory-limit.ts';
import { openProcessMemory, type ProcessMemory } from './process-memory.ts';
import type { Reaper } from './reaper.ts';

/** A running process of a function, with everything that it starts in one process group. */
export interface FunctionProcess {
  /** Resolves when it has ended and all that it wrote has been read. */
  readonly exited: Promise<ExitReason>;
  /** Ends the whole group at once. */
  kill(): void;
  peakMemoryMb(): number;
  /** Makes an event of what it wrote last without a line end. */
  flushLog(): void;
}

export interface ProcessTools {
  readonly memoryLimit: MemoryLimit;
  readonly reaper: Reaper;
}

/** What to start, and with what. */
export interface StartOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly onLog: (message: string) => void;
  /** The program that the command comes to in the end, when another one starts it: without it nothing is started. */
  readonly program?: string;
}

/** Starts the command without any variable of ours. */
export function startProcess(options: StartOptions, tools: ProcessTools): FunctionProcess {
  const missing = options.program === undefined ? undefined : reasonNotToStart(options.program);
  if (missing) return { exited: Promise.resolve(missing), kill: () => {}, peakMemoryMb: () => 0, flushLog: () => {} };
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outputs = [child.stdout, child.stderr].map((stream) => {
    const events = new LogEvents(options.onLog);
    stream.on('data', (bytes: Buffer) => events.feed(bytes));
    stream.on('error', () => {});
    return events;
  });
  const flushLog = () => {
    for (const events of outputs) events.flush();
  };
  const held = hold(child.pid, options.memoryMb, tools);
  return {
    exited: exitOf(child, options.command).then((reason) => {
      flushLog();
      killGroup(child.pid);
      held[Symbol.dispose]();
      return reason;
    }),
    kill: () => killGroup(child.pid),
    peakMemoryMb: () => held.memory?.peakMb() ?? 0,
    flushLog,
  };
}

function reasonNotToStart(command: string): ExitReason | undefined {
  try {
    accessSync(command, constants.X_OK);
    return undefined;
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : 'EACCES';
    return { kind: 'not-started', command, cause };
  }
}

/** What is tied to the process while it lives. */
function hold(
  pid: number | undefined,
  memoryMb: number,
  { memoryLimit, reaper }: ProcessTools,
): Disposable & { readonly memory?: ProcessMemory } {
  if (pid === undefined) return { [Symbol.dispose]: () => {} };
  reaper.started(pid, memoryLimit.groups);
  const bound = memoryLimit.bound(pid, memoryMb);
  const memory = openProcessMemory(pid);
  return {
    memory,
    [Symbol.dispose]() {
      reaper.ended(pid);
      bound[Symbol.dispose]();
      memory[Symbol.dispose]();
    },
  };
}

function exitOf(child: ChildProcess, command: string): Promise<ExitReason> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ kind: 'not-started', command, cause: error.code ?? error.message });
    });
    child.once('exit', (status, signal) => {
      const reason: ExitReason = signal ? { kind: 'signal', signal } : { kind: 'status', status: status ?? 0 };
      // What it wrote before it ended is already in our sockets: two turns of the event loop read it.
      setImmediate(() => setImmediate(() => resolve(reason)));
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Reads how much memory a process has needed. */
export interface ProcessMemory extends Disposable {
  /** The most that was resident at a time, in MB; 0 where the system does not tell. */
  peakMb(): number;
}

const KB_PER_MB = 1024;

/** Keeps the process's status file open: one read costs microseconds. */
export function openProcessMemory(pid: number): ProcessMemory {
  const buffer = Buffer.alloc(2048);
  let last = 0;
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/status`, 'r');
  } catch {
    // Only Linux has it, and a process may have ended already.
  }
  return {
    peakMb() {
      if (file === undefined) return last;
      try {
        const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
        last = Math.max(last, Math.ceil(Number(/VmHWM:\s*(\d+)/.exec(text)?.[1] ?? 0) / KB_PER_MB));
      } catch {
        // The process has ended; what was last seen stands.
      }
      return last;
    },
    [Symbol.dispose]() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** What is resident now, in MB; `undefined` when the process has ended or the system does not tell. */
export function residentMb(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Math.ceil(Number(/VmRSS:\s*(\d+)/.exec(text)?.[1] ?? 0) / KB_PER_MB);
  } catch {
    return undefined;
  }
}

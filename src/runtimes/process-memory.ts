import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { realClock } from '../core/clock.ts';

/** Reads how much memory a process has needed. */
export interface ProcessMemory extends Disposable {
  /** The most that was resident at a time, in MB; 0 where the system does not tell. */
  peakMb(): number;
}

const KB_PER_MB = 1024;

/** Between invocations that follow closely upon each other the last reading stands. */
const FRESH_MS = 50;

/** Keeps the process's status file open, so that a reading costs no more than one call to the system. */
export function openProcessMemory(pid: number): ProcessMemory {
  const buffer = Buffer.alloc(2048);
  let readAtMs = 0;
  let last = 0;
  let file: number | undefined;
  try {
    file = openSync(`/proc/${pid}/status`, 'r');
  } catch {
    // Only Linux has it, and a process may have ended already.
  }
  return {
    peakMb() {
      const nowMs = realClock.nowMs();
      if (file === undefined || nowMs - readAtMs < FRESH_MS) return last;
      readAtMs = nowMs;
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

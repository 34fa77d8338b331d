import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { realClock } from '../core/clock.ts';
import { residentMb } from './process-memory.ts';

/** Holds functions to their memory by the best means that the host offers. */
export interface MemoryLimit {
  /** The means, for people. */
  readonly method: string;
  /** What the paths of the control groups begin with, where these are the means. */
  readonly groups?: string;
  /** Bounds a process that has just started, and all that it starts. Disposing, once it has ended, removes the traces. */
  bound(pid: number, memoryMb: number): Disposable;
}

const MB = 2 ** 20;
/**
 * What an interpreter maps beside the function's data: stacks of its threads, code that it compiles. `RLIMIT_DATA` counts
 * address space, so without this allowance a small function could not start.
 */
const DATA_ALLOWANCE_MB = 256;
const POLL_MS = 100;
/** A group can be removed when those killed in it have gone. */
const ENDING_MS = 100;
const NOTHING: Disposable = { [Symbol.dispose]: () => {} };

/** Looks at what the host allows: once, when the first function starts or `doctor` asks. */
export function findMemoryLimit(): MemoryLimit {
  return cgroupLimit() ?? dataLimit() ?? pollLimit();
}

interface CgroupKind {
  readonly method: string;
  readonly folder: string;
  readonly limitFile: string;
}

function cgroupLimit(): MemoryLimit | undefined {
  const kind = cgroupKinds().find(isWritable);
  if (!kind) return undefined;
  sweep(kind.folder);
  const groups = join(kind.folder, `headwater-${process.pid}-`);
  let count = 0;
  return {
    method: kind.method,
    groups,
    bound(pid, memoryMb) {
      count += 1;
      const group = `${groups}${count}`;
      try {
        mkdirSync(group);
        writeFileSync(join(group, kind.limitFile), String(memoryMb * MB));
        writeFileSync(join(group, 'cgroup.procs'), String(pid));
      } catch {
        // The process has ended already, or the host changed its mind: the function runs unbounded.
      }
      return { [Symbol.dispose]: () => endGroup(group) };
    },
  };
}

/** Version 2 where its memory controller is delegated to us, else version 1. */
function cgroupKinds(): readonly CgroupKind[] {
  if (!existsSync('/proc/self/cgroup')) return [];
  const lines = readFileSync('/proc/self/cgroup', 'latin1').split('\n');
  const pathOf = (controller: string) =>
    lines.find((line) => line.split(':')[1]?.split(',').includes(controller))?.split(':')[2];
  const [two, one] = [pathOf(''), pathOf('memory')];
  return [
    ...(two === undefined
      ? []
      : [{ method: 'cgroup v2 (memory.max)', folder: join('/sys/fs/cgroup', two), limitFile: 'memory.max' }]),
    ...(one === undefined
      ? []
      : [
          {
            method: 'cgroup v1 (memory.limit_in_bytes)',
            folder: join('/sys/fs/cgroup/memory', one),
            limitFile: 'memory.limit_in_bytes',
          },
        ]),
  ];
}

function isWritable({ folder, limitFile }: CgroupKind): boolean {
  const probe = join(folder, `headwater-${process.pid}-probe`);
  try {
    mkdirSync(probe);
    accessSync(join(probe, limitFile), constants.W_OK);
    accessSync(join(probe, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  } finally {
    removeGroup(probe);
  }
}

/** Groups of a Headwater that was killed. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = /^headwater-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) endGroup(join(folder, name));
  }
}

/** Ends what has left the function's process group, as detached children do, and removes the group. */
function endGroup(group: string): void {
  const left = membersOf(group);
  for (const pid of left) kill(pid);
  if (left.length === 0) removeGroup(group);
  else realClock.setTimer(ENDING_MS, () => removeGroup(group));
}

/** Processes of another namespace have the id 0 here, which is nobody's. */
function membersOf(group: string): readonly number[] {
  try {
    return readFileSync(join(group, 'cgroup.procs'), 'latin1')
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

function removeGroup(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // Never made, or its last process is still ending: the next start sweeps it up.
  }
}

const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'];

function dataLimit(): MemoryLimit | undefined {
  const prlimit = PRLIMIT.find((path) => existsSync(path));
  if (prlimit === undefined) return undefined;
  return {
    method: `prlimit --data (with ${DATA_ALLOWANCE_MB} MB for the interpreter)`,
    bound(pid, memoryMb) {
      const bytes = (memoryMb + DATA_ALLOWANCE_MB) * MB;
      execFile(prlimit, ['--pid', String(pid), `--data=${bytes}`], () => {});
      return NOTHING;
    },
  };
}

function pollLimit(): MemoryLimit {
  const canRead = existsSync('/proc/self/status');
  return {
    method: canRead ? `polling resident memory every ${POLL_MS} ms` : 'none: this system does not tell',
    bound(pid, memoryMb) {
      if (!canRead) return NOTHING;
      let timer: Disposable | undefined;
      const look = () => {
        const used = residentMb(pid);
        if (used === undefined) return;
        if (used > memoryMb) return void process.kill(-pid, 'SIGKILL');
        timer = realClock.setTimer(POLL_MS, look);
      };
      look();
      return { [Symbol.dispose]: () => timer?.[Symbol.dispose]() };
    },
  };
}

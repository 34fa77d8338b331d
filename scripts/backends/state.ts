import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningEngine } from './engine.ts';

/** Where this checkout's engines live: data, logs and the note of what is up. */
export const runFolder = join(dirname(fileURLToPath(import.meta.url)), '../../.cache/backends');

const stateFile = join(runFolder, 'state.json');

/** What is up in this checkout. */
export interface State {
  readonly engines: readonly RunningEngine[];
  /** The network of the containers. */
  readonly network?: string | undefined;
}

const NOTHING: State = { engines: [] };

/** Reads what was noted last; it may have ended since. */
export function readState(): State {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
    throw error;
  }
}

/** Notes what is up, whole or not at all: tests that start at this moment read it. */
export function writeState(state: State): void {
  if (state.engines.length === 0) {
    rmSync(stateFile, { force: true });
    return;
  }
  mkdirSync(runFolder, { recursive: true });
  const unfinished = `${stateFile}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(unfinished, stateFile);
}

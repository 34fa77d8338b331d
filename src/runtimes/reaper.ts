import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** Makes sure that no process of a function outlives this one, even when this one is killed. */
export interface Reaper extends Disposable {
  /** @param bounds what the paths of its control groups begin with, where there are any */
  started(group: number, bounds: string | undefined): void;
  ended(group: number): void;
}

/** Starts its one small process when the first function does. @param assets folder of the bootstraps */
export function createReaper(assets: string): Reaper {
  let child: ChildProcess | undefined;
  const tell = (line: string) => {
    if (!child) {
      child = spawn('/bin/sh', [join(assets, 'reaper.sh')], {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
        env: {},
      });
      child.on('error', () => {});
      child.stdin?.on('error', () => {});
      child.unref();
      unrefStream(child.stdin);
    }
    child.stdin?.write(`${line}\n`);
  };
  return {
    started: (group, bounds = '') => tell(`started ${group} ${bounds}`),
    ended: (group) => tell(`ended ${group}`),
    [Symbol.dispose]: () => child?.stdin?.end(),
  };
}

/** A pipe's stream is a socket, whose type does not say so; it must not keep the process alive. */
function unrefStream(stream: unknown): void {
  if (typeof stream === 'object' && stream !== null && 'unref' in stream && typeof stream.unref === 'function') {
    stream.unref();
  }
}

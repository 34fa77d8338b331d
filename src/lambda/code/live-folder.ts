import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** The state of a folder: changes when any file in it does. */
export interface FolderState {
  /** Hash over names, sizes and times. */
  readonly fingerprint: string;
  readonly bytes: number;
}

/**
 * A folder that is run as it is. It is watched, and read again only after something in it changed, so that asking costs
 * nothing on the way to an invocation. Folders behind symbolic links are not followed.
 */
export class LiveFolder implements Disposable {
  readonly #path: string;
  readonly #watchers = new Map<string, FSWatcher>();
  #state: Promise<FolderState> | undefined;
  /** Where the system has no watches left, every question reads the folder. */
  #watchable = true;

  constructor(path: string) {
    this.#path = path;
  }

  /** The state as of the call: a change made before it is seen. */
  async state(): Promise<FolderState> {
    // A change that is already made is reported by the kernel in the next poll of the event loop; two turns include one.
    await nextTurn();
    await nextTurn();
    if (!this.#watchable) return this.#read();
    this.#state ??= this.#read();
    return await this.#state;
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #read(): Promise<FolderState> {
    const lines: string[] = [];
    const bytes = await this.#walk('', lines);
    const fingerprint = createHash('sha256').update(lines.sort().join('\n')).digest('hex');
    return { fingerprint, bytes };
  }

  async #walk(folder: string, lines: string[]): Promise<number> {
    this.#watch(folder);
    const entries = await readdir(join(this.#path, folder), { withFileTypes: true }).catch(() => []);
    let bytes = 0;
    for (const entry of entries) {
      const name = join(folder, entry.name);
      if (entry.isDirectory()) {
        bytes += await this.#walk(name, lines);
        continue;
      }
      const stat = await lstat(join(this.#path, name)).catch(() => undefined);
      lines.push(`${name}\t${stat?.size}\t${stat?.mtimeMs}\t${stat?.ino}`);
      bytes += stat?.size ?? 0;
    }
    return bytes;
  }

  /** Watches before it reads: what changes in between is then read again. */
  #watch(folder: string): void {
    if (!this.#watchable || this.#watchers.has(folder)) return;
    const onChange = (kind: string, name: string | null) => {
      this.#state = undefined;
      // A folder that was removed takes its watch with it; one of the same name gets a new watch.
      if (kind === 'rename' && name !== null) this.#unwatch(join(folder, name));
    };
    try {
      const watcher = watch(join(this.#path, folder), { persistent: false }, onChange);
      watcher.on('error', () => this.#unwatch(folder));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      if (isGone(error)) return;
      this.#watchable = false;
      this[Symbol.dispose]();
    }
  }

  #unwatch(folder: string): void {
    this.#state = undefined;
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}

const isGone = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

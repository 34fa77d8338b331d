import { type FolderState, LiveFolder } from './live-folder.ts';

/** The folders that functions run from, each watched once. */
export class LiveFolders implements Disposable {
  readonly #byPath = new Map<string, LiveFolder>();

  /** The state of the folder as of the call; it is watched from then on. */
  state(path: string): Promise<FolderState> {
    const folder = this.#byPath.get(path) ?? new LiveFolder(path);
    this.#byPath.set(path, folder);
    return folder.state();
  }

  forget(path: string): void {
    this.#byPath.get(path)?.[Symbol.dispose]();
    this.#byPath.delete(path);
  }

  [Symbol.dispose](): void {
    for (const path of [...this.#byPath.keys()]) this.forget(path);
  }
}

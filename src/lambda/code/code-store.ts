import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Scope } from '../../core/arn.ts';
import type { BlobStore } from '../../core/ports/blob-store.ts';
import type { Random } from '../../core/random.ts';
import type { InTurn } from '../../core/waiting/in-turn.ts';
import type { ArchiveCode, CodeRecord } from '../function/function-record.ts';
import { type GivenCode, type ReadObject, readCodeSource } from './code-source.ts';
import { LiveFolders } from './live-folders.ts';
import { createUnpackedArchives } from './unpacked-archives.ts';

/** Keeps archives and knows where unpacked code lies. */
export interface CodeStore extends Disposable {
  /**
   * Stores and unpacks what was given, so that a broken archive is refused at once, and hands it to `use`, which ties it
   * to a function. Until `use` has ended the archive is not forgotten.
   */
  accept<Result>(scope: Scope, given: GivenCode, use: (code: CodeRecord) => Promise<Result>): Promise<Result>;
  /** The folder to run; unpacks it again where the working folder was emptied. */
  folderOf(code: CodeRecord): Promise<string>;
  /** What changes with any file of a live folder; `undefined` for an archive, which never changes. */
  fingerprintOf(code: CodeRecord): Promise<string | undefined>;
  /** As GetFunction shows it: base64 of the sha256, and the size. */
  describe(code: CodeRecord): Promise<{ readonly sha256: string; readonly bytes: number }>;
  /** Forgets the code unless some function still uses it. What is unpacked stays for environments that run it. */
  forget(codes: readonly CodeRecord[]): Promise<void>;
  clear(): Promise<void>;
}

/** What a code store needs. */
export interface CodeStoreOptions {
  readonly blobs: BlobStore;
  readonly turns: InTurn;
  /** May be emptied while nothing runs. */
  readonly workDir: string;
  readonly codeRoot: string | undefined;
  readonly random: Random;
  readonly readObject: () => ReadObject;
  /** The code of all functions. */
  readonly inUse: () => Promise<readonly CodeRecord[]>;
}

/** Archives live in the blob store and are unpacked into the working folder. */
export function createCodeStore(options: CodeStoreOptions): CodeStore {
  const { blobs, turns, random } = options;
  const live = new LiveFolders();
  const inUse = async () => new Set((await options.inUse()).map(idOf));
  /** Code on its way to a function must not be taken away by whoever has just stopped using the same. */
  const alone = <T>(sha256: string, work: () => Promise<T>) => turns(`lambda-code/${sha256}`, work);
  const unpacked = createUnpackedArchives({ root: join(options.workDir, 'code'), random, inUse });

  const keep = async (archive: Uint8Array, sha256: string): Promise<ArchiveCode> => {
    await unpacked.folderOf(sha256, async () => archive);
    await blobs.put(archive);
    return { kind: 'archive', sha256, bytes: archive.length };
  };

  const stored = async (sha256: string): Promise<Uint8Array> => {
    const archive = await blobs.get(sha256);
    if (!archive) throw new Error(`The archive ${sha256} is not in the blob store (${blobs.driver})`);
    return archive;
  };

  const removeUnused = async (sha256: string) => {
    if (!(await inUse()).has(sha256)) await blobs.remove(sha256);
  };

  return {
    async accept(scope, given, use) {
      const source = await readCodeSource(options, scope, given);
      if (source.kind === 'folder') return use(source);
      const sha256 = createHash('sha256').update(source.archive).digest('hex');
      return alone(sha256, async () => use(await keep(source.archive, sha256)));
    },
    async folderOf(code) {
      return code.kind === 'folder' ? code.path : unpacked.folderOf(code.sha256, () => stored(code.sha256));
    },
    async fingerprintOf(code) {
      return code.kind === 'folder' ? (await live.state(code.path)).fingerprint : undefined;
    },
    async describe(code) {
      if (code.kind === 'archive') return { sha256: toBase64(code.sha256), bytes: code.bytes };
      const { fingerprint, bytes } = await live.state(code.path);
      return { sha256: toBase64(fingerprint), bytes };
    },
    async forget(codes) {
      const used = await inUse();
      for (const code of codes) {
        if (used.has(idOf(code))) continue;
        if (code.kind === 'folder') live.forget(code.path);
        else await alone(code.sha256, () => removeUnused(code.sha256));
      }
    },
    async clear() {
      live[Symbol.dispose]();
      await unpacked.clear();
    },
    [Symbol.dispose]: () => live[Symbol.dispose](),
  };
}

const idOf = (code: CodeRecord) => (code.kind === 'archive' ? code.sha256 : code.path);

const toBase64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

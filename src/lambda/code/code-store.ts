import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { FunctionCode, UpdateFunctionCodeRequest } from '@aws-sdk/client-lambda';
import type { Scope } from '../../core/arn.ts';
import { ServiceError } from '../../core/errors.ts';
import type { BlobStore } from '../../core/ports/blob-store.ts';
import type { Random } from '../../core/random.ts';
import type { ArchiveCode, CodeRecord, FolderCode } from '../function/function-record.ts';
import { entityTooLarge, invalidParameter, notSupported } from '../lambda-error.ts';
import { MAX_UNZIPPED_BYTES } from './archive.ts';
import { CodeHolds } from './code-holds.ts';
import { LiveFolder } from './live-folder.ts';
import { createUnpackedArchives } from './unpacked-archives.ts';

/** `Code.S3Bucket` that means a folder of this machine; `S3Key` is then its absolute path. */
const LOCAL_FOLDER = 'local-folder';

/** Quota of a zip sent inline. */
const MAX_ZIPPED_BYTES = 52_428_800;

/** Reads an object of a local bucket; `undefined` when there is none. */
export type ReadObject = (
  scope: Scope,
  bucket: string,
  key: string,
  versionId?: string,
) => Promise<Uint8Array | undefined>;

/** How CreateFunction and UpdateFunctionCode give code. */
export type GivenCode = FunctionCode & Pick<UpdateFunctionCodeRequest, 'S3ObjectVersion'>;

/** Keeps archives and knows where unpacked code lies. */
export interface CodeStore {
  /**
   * Stores and unpacks what was given, so that a broken archive is refused at once, and hands it to `use`, which ties it
   * to a function. Until `use` has ended the archive is not forgotten.
   */
  accept<Result>(scope: Scope, given: GivenCode, use: (code: CodeRecord) => Promise<Result>): Promise<Result>;
  /** The folder to run; unpacks it again where the working folder was emptied. */
  folderOf(code: CodeRecord): Promise<string>;
  /** What changes with the code: for a live folder, with any file in it. */
  buildOf(code: CodeRecord): Promise<string | undefined>;
  /** As GetFunction shows it: base64 of the sha256, and the size. */
  describe(code: CodeRecord): Promise<{ readonly sha256: string; readonly bytes: number }>;
  /** Forgets the code unless some function still uses it. What is unpacked stays for environments that run it. */
  forget(codes: readonly CodeRecord[]): Promise<void>;
  clear(): Promise<void>;
  close(): void;
}

/**
 * @param options `workDir` may be emptied while nothing runs, archives live in `blobs`; `inUse` gives the code of all
 *   functions
 */
export function createCodeStore(options: {
  readonly blobs: BlobStore;
  readonly workDir: string;
  readonly codeRoot: string | undefined;
  readonly random: Random;
  readonly readObject: () => ReadObject;
  readonly inUse: () => Promise<readonly CodeRecord[]>;
}): CodeStore {
  const { blobs, random } = options;
  const holds = new CodeHolds();
  const live = new Map<string, LiveFolder>();
  const inUse = async () => new Set([...(await options.inUse()).map(idOf), ...holds.ids()]);
  const unpacked = createUnpackedArchives({ root: join(options.workDir, 'code'), random, inUse });

  const acceptArchive = async (archive: Uint8Array, sha256: string): Promise<ArchiveCode> => {
    await unpacked.folderOf(sha256, async () => archive);
    await blobs.put(archive);
    return { kind: 'archive', sha256, bytes: archive.length };
  };

  const watched = (path: string): LiveFolder => {
    const folder = live.get(path) ?? new LiveFolder(path);
    live.set(path, folder);
    return folder;
  };

  const archiveGiven = (scope: Scope, given: GivenCode): Promise<Uint8Array> | Uint8Array => {
    if (given.ZipFile === undefined) return readBucket(options.readObject(), scope, given);
    requireSole(given);
    if (given.ZipFile.length > MAX_ZIPPED_BYTES) {
      throw entityTooLarge(`Zipped size must be smaller than ${MAX_ZIPPED_BYTES} bytes`);
    }
    return given.ZipFile;
  };

  const close = () => {
    for (const folder of live.values()) folder[Symbol.dispose]();
    live.clear();
  };

  return {
    close,
    async accept(scope, given, use) {
      requireSource(given);
      if (given.S3Bucket === LOCAL_FOLDER) {
        const folder = await requireFolder(given.S3Key ?? '', options.codeRoot);
        return holds.during(folder.path, () => use(folder));
      }
      const archive = await archiveGiven(scope, given);
      const sha256 = createHash('sha256').update(archive).digest('hex');
      return holds.during(sha256, async () => use(await acceptArchive(archive, sha256)));
    },
    async folderOf(code) {
      if (code.kind === 'folder') return code.path;
      return unpacked.folderOf(code.sha256, async () => {
        const archive = await blobs.get(code.sha256);
        if (!archive) throw new Error(`The archive ${code.sha256} is not in the blob store ${blobs.driver}`);
        return archive;
      });
    },
    async buildOf(code) {
      return code.kind === 'folder' ? (await watched(code.path).state()).fingerprint : undefined;
    },
    async describe(code) {
      const { hex, bytes } =
        code.kind === 'archive'
          ? { hex: code.sha256, bytes: code.bytes }
          : await watched(code.path)
              .state()
              .then((state) => ({ hex: state.fingerprint, bytes: state.bytes }));
      return { sha256: Buffer.from(hex, 'hex').toString('base64'), bytes };
    },
    async forget(codes) {
      const used = await inUse();
      for (const code of codes) {
        if (used.has(idOf(code)) || holds.has(idOf(code))) continue;
        if (code.kind === 'archive') {
          await blobs.remove(code.sha256);
        } else {
          live.get(code.path)?.[Symbol.dispose]();
          live.delete(code.path);
        }
      }
    },
    async clear() {
      close();
      await unpacked.clear();
    },
  };
}

const idOf = (code: CodeRecord) => (code.kind === 'archive' ? code.sha256 : code.path);

function requireSource({ ImageUri, SourceKMSKeyArn, ZipFile, S3Bucket, S3Key }: GivenCode): void {
  if (ImageUri !== undefined) throw notSupported('container images (Code.ImageUri)');
  if (SourceKMSKeyArn !== undefined) throw notSupported('encrypted packages (SourceKMSKeyArn)');
  if (!ZipFile && !(S3Bucket && S3Key)) throw invalidParameter('Please provide a source for function code.');
}

async function readBucket(readObject: ReadObject, scope: Scope, given: GivenCode): Promise<Uint8Array> {
  const { S3Bucket = '', S3Key = '', S3ObjectVersion } = given;
  const archive = await readObject(scope, S3Bucket, S3Key, S3ObjectVersion).catch((error: unknown) => {
    throw error instanceof ServiceError ? getObjectError(error.code, error.message) : error;
  });
  if (!archive) throw getObjectError('NoSuchKey', 'The specified key does not exist.');
  if (archive.length > MAX_UNZIPPED_BYTES) {
    throw invalidParameter(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
  }
  return archive;
}

function requireSole({ S3Bucket, S3Key, S3ObjectVersion }: GivenCode): void {
  if (S3Bucket !== undefined || S3Key !== undefined || S3ObjectVersion !== undefined) {
    throw invalidParameter('Please do not provide other FunctionCode parameters when providing a ZipFile.');
  }
}

const getObjectError = (code: string, message: string) =>
  invalidParameter(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`);

/** A folder may be run only below the root that the user opened, wherever links lead. */
async function requireFolder(path: string, codeRoot: string | undefined): Promise<FolderCode> {
  if (codeRoot === undefined) {
    throw invalidParameter(
      `Code.S3Bucket "${LOCAL_FOLDER}" runs code straight from a folder, which is off. ` +
        `Start Headwater with --code-root <a folder above ${path}>.`,
    );
  }
  const root = await realpath(codeRoot);
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !(await stat(real)).isDirectory()) {
    throw invalidParameter(`Code.S3Key must be the absolute path of a folder; ${path} is none.`);
  }
  if (real !== root && !real.startsWith(root + sep)) {
    throw invalidParameter(`The folder ${path} is not below --code-root ${codeRoot}.`);
  }
  return { kind: 'folder', path: real };
}

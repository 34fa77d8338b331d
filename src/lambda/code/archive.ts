import { createWriteStream } from 'node:fs';
import { chmod, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { inflateRawSync } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { HeadwaterError } from '../../core/errors.ts';
import { invalidParameter } from '../lambda-error.ts';

/** Quota of the unpacked package: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_UNZIPPED_BYTES = 262_144_000;

const BROKEN = 'Could not unzip uploaded file. Please check your file, then try to upload again.';

const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;
const PERMISSIONS = 0o777;
const GROUP_AND_OTHERS_WRITE = 0o022;
/** For archives made on systems without permissions. */
const DEFAULT_MODE = 0o644;

/** Entries up to this size are unpacked in memory, which is much quicker for the many small files of a package. */
const MAX_IN_MEMORY_BYTES = 4 * 2 ** 20;

/** Files written at a time. */
const WRITERS = 8;

/**
 * Unpacks a zip into `folder`, which must be empty. Nothing lands outside it: names with `..`, absolute names and links
 * that lead out are refused, and links are made last, so that no file is written through one.
 */
export async function unpackArchive(archive: Uint8Array, folder: string): Promise<void> {
  if (archive.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
  const zip = await openZip(archive);
  try {
    if (zip.entries.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
    requireUnpackedSize(zip.entries);
    await unpackFiles(zip, folder);
    for (const entry of zip.entries.filter(isLink)) await makeLink(zip, entry, folder);
  } catch (error) {
    throw refusal(error);
  } finally {
    zip.file.close();
  }
}

interface OpenZip {
  readonly file: ZipFile;
  readonly bytes: Buffer;
  readonly entries: readonly Entry[];
}

async function openZip(archive: Uint8Array): Promise<OpenZip> {
  const { fromBufferPromise } = await import('yauzl').catch((cause: unknown) => {
    throw new HeadwaterError('PACKAGE_MISSING', 'The package "yauzl" could not be loaded; install it again', { cause });
  });
  try {
    const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
    const file = await fromBufferPromise(bytes, { lazyEntries: true, autoClose: false });
    const entries: Entry[] = [];
    for await (const entry of file.eachEntry()) entries.push(entry);
    return { file, bytes, entries };
  } catch {
    throw invalidParameter(BROKEN);
  }
}

async function unpackFiles(zip: OpenZip, folder: string): Promise<void> {
  const files = zip.entries.filter((entry) => !isLink(entry)).reverse();
  const folders = new Map<string, Promise<unknown>>();
  const makeFolder = (path: string) => {
    const made = folders.get(path) ?? mkdir(path, { recursive: true });
    folders.set(path, made);
    return made;
  };
  const unpackNext = async (entry: Entry) => {
    const path = insideOf(folder, entry.fileName);
    await makeFolder(entry.fileName.endsWith('/') ? path : dirname(path));
    if (!entry.fileName.endsWith('/')) await unpackFile(zip, entry, path);
  };
  // Each writer takes the next entry when it is free; after a fault there is none, so that all of them end.
  const writer = async () => {
    try {
      for (let entry = files.pop(); entry; entry = files.pop()) await unpackNext(entry);
    } finally {
      files.length = 0;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: WRITERS }, writer));
  for (const result of ended) if (result.status === 'rejected') throw result.reason;
}

async function unpackFile(zip: OpenZip, entry: Entry, path: string): Promise<void> {
  const mode = (entry.externalFileAttributes >>> 16) & PERMISSIONS || DEFAULT_MODE;
  if (entry.uncompressedSize <= MAX_IN_MEMORY_BYTES) await writeFile(path, await contentOf(zip, entry), { mode });
  else await pipeline(await zip.file.openReadStreamPromise(entry), createWriteStream(path, { mode }));
  // What the process's umask took away of it.
  if ((mode & GROUP_AND_OTHERS_WRITE) !== 0) await chmod(path, mode);
}

/** No more and no fewer bytes may come out than the entry declares. */
async function contentOf({ file, bytes }: OpenZip, entry: Entry): Promise<Buffer> {
  if (!entry.canDecodeFileData()) throw invalidParameter(BROKEN);
  const { fileDataStart } = await file.readLocalFileHeaderPromise(entry, { minimal: true });
  const packed = bytes.subarray(fileDataStart, fileDataStart + entry.compressedSize);
  const size = entry.uncompressedSize;
  const content = entry.compressionMethod === 0 ? packed : inflateRawSync(packed, { maxOutputLength: size || 1 });
  if (content.length !== size) throw invalidParameter(BROKEN);
  return content;
}

function requireUnpackedSize(entries: readonly Entry[]): void {
  const bytes = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (bytes > MAX_UNZIPPED_BYTES) {
    throw invalidParameter(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
  }
}

function insideOf(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (path !== folder && !path.startsWith(folder + sep)) throw invalidParameter(BROKEN);
  return path;
}

const isLink = (entry: Entry) => ((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMLINK;

async function makeLink(zip: OpenZip, entry: Entry, folder: string): Promise<void> {
  const path = insideOf(folder, entry.fileName);
  const target = (await contentOf(zip, entry)).toString();
  insideOf(folder, resolve(dirname(path), target));
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
  // Links may lead through other links; where it really ends must be inside too.
  const end = await realpath(path).catch(() => undefined);
  if (end !== undefined) insideOf(await realpath(folder), end);
}

/** Whatever is wrong with the bytes is one answer on AWS; what is wrong with our disk is not. */
function refusal(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const ours = error instanceof HeadwaterError || (typeof code === 'string' && ['ENOSPC', 'EACCES'].includes(code));
  if (ours || (error instanceof Error && error.name === 'ServiceError')) return error;
  return invalidParameter(BROKEN);
}

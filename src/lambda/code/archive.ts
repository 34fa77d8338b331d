import { createWriteStream } from 'node:fs';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { HeadwaterError } from '../../core/errors.ts';
import { invalidParameter } from '../lambda-error.ts';

/** Quota of the unpacked package: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_UNZIPPED_BYTES = 262_144_000;

const BROKEN = 'Could not unzip uploaded file. Please check your file, then try to upload again.';

const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;
const PERMISSIONS = 0o777;
/** For archives made on systems without permissions. */
const DEFAULT_MODE = 0o644;

/**
 * Unpacks a zip into `folder`, which must be empty. Nothing lands outside it: names with `..`, absolute names and links
 * that lead out are refused, and links are made last, so that no file is written through one.
 */
export async function unpackArchive(archive: Uint8Array, folder: string): Promise<void> {
  if (archive.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
  const zip = await openZip(archive);
  const links: { readonly path: string; readonly target: string }[] = [];
  try {
    requireUnpackedSize(zip.entries);
    if (zip.entries.length === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
    for (const entry of zip.entries) {
      const path = insideOf(folder, entry.fileName);
      if (isLink(entry)) links.push({ path, target: await linkTarget(zip.file, entry) });
      else await unpackEntry(zip.file, entry, path);
    }
    for (const link of links) await makeLink(folder, link);
  } catch (error) {
    throw refusal(error);
  } finally {
    zip.file.close();
  }
}

async function openZip(archive: Uint8Array): Promise<{ readonly file: ZipFile; readonly entries: readonly Entry[] }> {
  const { fromBufferPromise } = await import('yauzl').catch((cause: unknown) => {
    throw new HeadwaterError('PACKAGE_MISSING', 'The package "yauzl" could not be loaded; install it again', { cause });
  });
  try {
    const buffer = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
    const file = await fromBufferPromise(buffer, { lazyEntries: true, autoClose: false });
    const entries: Entry[] = [];
    for await (const entry of file.eachEntry()) entries.push(entry);
    return { file, entries };
  } catch {
    throw invalidParameter(BROKEN);
  }
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

async function unpackEntry(zip: ZipFile, entry: Entry, path: string): Promise<void> {
  if (entry.fileName.endsWith('/')) {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const mode = (entry.externalFileAttributes >>> 16) & PERMISSIONS || DEFAULT_MODE;
  // yauzl checks that no more and no fewer bytes come out than the entry declares.
  await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode, flags: 'w' }));
}

const isLink = (entry: Entry) => ((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMLINK;

const linkTarget = async (zip: ZipFile, entry: Entry) => text(await zip.openReadStreamPromise(entry));

async function makeLink(folder: string, link: { readonly path: string; readonly target: string }): Promise<void> {
  insideOf(folder, relative(folder, resolve(dirname(link.path), link.target)) || '.');
  await mkdir(dirname(link.path), { recursive: true });
  await symlink(link.target, link.path);
  // Links may lead through other links; where it really ends must be inside too.
  const end = await realpath(link.path).catch(() => undefined);
  if (end !== undefined) insideOf(await realpath(folder), end);
}

/** Whatever is wrong with the bytes is one answer on AWS; what is wrong with our disk is not. */
function refusal(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const ours = error instanceof HeadwaterError || (typeof code === 'string' && ['ENOSPC', 'EACCES'].includes(code));
  if (ours || (error instanceof Error && error.name === 'ServiceError')) return error;
  return invalidParameter(BROKEN);
}

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { HeadwaterError } from '../../core/errors.ts';

/** LMDB's mark, 0xBEEFC0DE as little-endian processors write it; it stands in the first bytes of the first page. */
const MARK = Buffer.from('dec0efbe', 'hex');
const MARK_WITHIN_BYTES = 64;
/** What of a meta page is looked at, in bytes from its beginning; so it is where pointers have 64 bits. */
const AT = { mark: 0x18, pageSize: 0x30, roots: [0x58, 0x88], end: 0x90 };
const NO_ROOT = 2n ** 64n - 1n;

/**
 * Throws when a file is not LMDB's, or was cut off, as half a copy is: opening or reading such a one ends the process
 * without a word. What cannot be told from here is left to LMDB; a file that is empty becomes a new one.
 */
export function refuseDamaged(file: string): void {
  if (!existsSync(file)) return;
  const opened = openSync(file, 'r');
  try {
    const { size } = fstatSync(opened);
    if (size > 0 && !isWhole(opened, size)) throw damaged(file);
  } finally {
    closeSync(opened);
  }
}

function isWhole(opened: number, size: number): boolean {
  const first = bytesOf(opened, 0);
  const at = first.subarray(0, MARK_WITHIN_BYTES).indexOf(MARK);
  if (at === -1) return false;
  if (at !== AT.mark) return true;
  const pageSize = first.readUInt32LE(AT.pageSize);
  const second = bytesOf(opened, pageSize);
  return size >= 2 * pageSize && [first, second].every((meta) => hasRoots(meta, pageSize, size));
}

/** A commit writes its pages before the meta page that points at their roots, and the file never becomes shorter. */
function hasRoots(meta: Buffer, pageSize: number, size: number): boolean {
  const roots = AT.roots.map((at) => meta.readBigUInt64LE(at));
  return roots.every((root) => root === NO_ROOT || (Number(root) + 1) * pageSize <= size);
}

/** Zeros where the file has ended. */
function bytesOf(opened: number, position: number): Buffer {
  const bytes = Buffer.alloc(AT.end);
  readSync(opened, bytes, 0, bytes.length, position);
  return bytes;
}

const damaged = (file: string) =>
  new HeadwaterError(
    'DATA_DIRECTORY_UNUSABLE',
    `The state in ${file} is damaged: it is no LMDB file, or only a part of one; put a copy of it back, or choose another --data-dir`,
  );

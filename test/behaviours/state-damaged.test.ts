// README.md, "State": what was acknowledged is there afterwards; where it cannot be, that is said, and not by a crash.
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'headwater-damaged-'));
  file = join(dataDir, 'state.lmdb');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const opened = async () => await openLmdbStore({ dataDir, fsync: false });
const DAMAGED = /state\.lmdb is damaged: it is no LMDB file, or only a part of one; put a copy of it back, or choose/;

/** A state of some hundred pages. */
async function fill(): Promise<void> {
  await using store = await opened();
  const table = store.table<string>('queues');
  await Promise.all(Array.from({ length: 300 }, (_, index) => table.put(`q-${index}`, 'x'.repeat(2000))));
}

test.each([
  ['a few words', Buffer.from('garbage')],
  ['another kind of file', Buffer.alloc(100_000, 'SQLite format 3')],
  ['nothing but zeros', Buffer.alloc(100_000)],
])('a state file that holds %s is refused with what to do', async (_, content) => {
  writeFileSync(file, content);
  await expect(opened()).rejects.toThrow(DAMAGED);
});

test.each([
  ['amid its first page', () => 3000],
  ['behind its first page', () => 4096],
  ['behind its meta pages', () => 8192],
  ['in its middle', (size: number) => size / 2],
])('a state file that was cut off %s is refused', async (_, length) => {
  await fill();
  truncateSync(file, length(statSync(file).size));
  await expect(opened()).rejects.toThrow(DAMAGED);
});

test('a state file that is empty, or whole, is opened', async () => {
  writeFileSync(file, '');
  await fill();
  await using store = await opened();
  expect([...store.table<string>('queues').load()]).toHaveLength(300);
});

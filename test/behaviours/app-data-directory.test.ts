// README.md, "State": a data directory belongs to one process; a second one is told which, and a dead one's is taken over.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { lockDataDirectory } from '../../src/backends/embedded/data-directory.ts';
import { takeDataDirectory, tryDataDirectory } from '../../src/composition/ground.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('is made where it is missing, and given back', () => {
  const dataDir = join(folder, 'a/b');
  lockDataDirectory(dataDir)[Symbol.dispose]();
  lockDataDirectory(dataDir)[Symbol.dispose]();
  expect(readdirSync(dataDir)).toEqual([]);
});

test.runIf(process.platform === 'linux')('is refused, with the reason, where no folder can be made', () => {
  expect(() => lockDataDirectory('/proc/headwater/state')).toThrow('ENOENT');
});

test('is refused to a second owner, with the first one’s process id and what to do', () => {
  const dataDir = join(folder, 'held');
  using _lock = lockDataDirectory(dataDir);
  expect(() => lockDataDirectory(dataDir)).toThrow(
    `The data directory ${dataDir} is in use by process ${process.pid}; stop that one, or choose another with --data-dir`,
  );
});

test('is taken over from a process that is dead', () => {
  const dataDir = join(folder, 'dead');
  lockDataDirectory(dataDir)[Symbol.dispose]();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(dataDir, 'headwater.pid'), `${pid} 1\n`);
  using _lock = lockDataDirectory(dataDir);
  expect(readdirSync(dataDir)).toEqual(['headwater.pid']);
});

test.runIf(process.platform === 'linux')('is taken over when its process id belongs to another process by now', () => {
  const dataDir = join(folder, 'reused');
  lockDataDirectory(dataDir)[Symbol.dispose]();
  writeFileSync(join(dataDir, 'headwater.pid'), `${process.pid} 1\n`);
  using lock = lockDataDirectory(dataDir);
  expect(lock).toBeDefined();
});

test.runIf(process.platform === 'linux')(
  'is taken over from a process that has ended and is never asked how',
  async () => {
    const dataDir = join(folder, 'defunct');
    lockDataDirectory(dataDir)[Symbol.dispose]();
    // The child ends only once its parent is a program that asks nothing; the shell itself would have asked.
    const parent = spawn('sh', ['-c', 'read line <&3 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    try {
      const [line] = await once(parent.stdout as Readable, 'data');
      const statOf = (pid: number | undefined) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
      await expect.poll(() => statOf(parent.pid)[1]).toBe('(sleep)');
      (parent.stdio[3] as Writable).end();
      await expect.poll(() => statOf(Number(line))[2]).toBe('Z');
      writeFileSync(join(dataDir, 'headwater.pid'), `${Number(line)} ${statOf(Number(line))[21]}\n`);
      using lock = lockDataDirectory(dataDir);
      expect(lock).toBeDefined();
    } finally {
      parent.kill();
    }
  },
);

test('is taken over when its lock says nothing', () => {
  const dataDir = join(folder, 'empty');
  lockDataDirectory(dataDir)[Symbol.dispose]();
  writeFileSync(join(dataDir, 'headwater.pid'), '');
  using lock = lockDataDirectory(dataDir);
  expect(lock).toBeDefined();
});

test('that could be made is tried without making it', () => {
  tryDataDirectory(join(folder, 'tried/by/doctor'));
  expect(readdirSync(folder)).not.toContainEqual(expect.stringMatching(/tried|^\.headwater/));
});

test.runIf(process.platform === 'linux').each([
  ['that cannot be made', '/proc/headwater/state'],
  ['below a file', join(process.execPath, 'state')],
  ['that is a file', process.execPath],
])('%s is refused by the doctor, as by a start', (_, dataDir) => {
  for (const use of [tryDataDirectory, takeDataDirectory]) {
    expect(() => use(dataDir)).toThrow(`The data directory ${dataDir} cannot be used (`);
  }
});

test('whose state is damaged is refused by the doctor, which gives it back', () => {
  const dataDir = join(folder, 'damaged');
  lockDataDirectory(dataDir)[Symbol.dispose]();
  writeFileSync(join(dataDir, 'state.lmdb'), 'garbage');
  expect(() => tryDataDirectory(dataDir)).toThrow(/state\.lmdb is damaged/);
  expect(readdirSync(dataDir)).toEqual(['state.lmdb']);
});

// README.md, "Tests on real backends": what `npm run backends` says while a newcomer waits.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'headwater-fetch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fetchMinio(): string {
  const env = { PATH: folder, HOME: folder, XDG_CACHE_HOME: folder };
  const args = ['scripts/backends.mjs', 'fetch', 'minio'];
  return spawnSync(process.execPath, args, { env, encoding: 'utf8' }).stderr;
}

test('that MinIO is built, and how long that takes, is said before it begins, and only then', () => {
  const go = join(folder, 'go');
  writeFileSync(go, '#!/bin/sh\n: > "$GOBIN/minio"\n');
  chmodSync(go, 0o755);
  const first = fetchMinio();
  expect(first).toMatch(/^minio: Go builds it now, once; .*about five minutes\nminio: \/.*\/minio\n$/);
  expect(fetchMinio()).toBe(first.split('\n').slice(1).join('\n'));
});

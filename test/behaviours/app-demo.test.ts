// README.md, "Quick start": the demo shows the main job on a real file, and ends with 0 when all came as it should.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectRoot } from '../support/source-files.ts';

const run = promisify(execFile);
const MINUTES = 60_000;

test('an upload becomes messages, batches, stored orders and one dead letter', { timeout: 5 * MINUTES }, async () => {
  const demo = join(projectRoot, 'scripts/demo.mjs');
  const { stdout } = await run(process.execPath, [demo, '--once', '--port', '0'], { cwd: projectRoot });
  expect(stdout).toContain('26 orders are stored in s3://order-store');
  expect(stdout).toMatch(/dead letter of orders: message [0-9a-f-]{36}\n.*"quantity":"three"/);
  expect(stdout).toMatch(/event .*ObjectCreated:Put/);
  expect(stdout).toMatch(/after 3 receives/);
});

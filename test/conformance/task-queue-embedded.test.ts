// The embedded task queue, on memory and on LMDB.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openLmdbStore, openMemoryStore, type Store } from '../../src/backends/embedded/store.ts';
import { openTaskQueue } from '../../src/backends/embedded/task-queue.ts';
import type { TaskQueue } from '../../src/core/ports/task-queue.ts';
import { type TaskQueueDriver, taskQueueSuite } from './task-queue.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-tasks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let opened = 0;

function embedded(durable: boolean, openStore: () => Promise<Store>): TaskQueueDriver {
  return {
    durable,
    async open(parts): Promise<TaskQueue> {
      const store = await openStore();
      const tasks = openTaskQueue({ store, ...parts });
      return {
        ...tasks,
        async [Symbol.asyncDispose]() {
          await tasks[Symbol.asyncDispose]();
          await store[Symbol.asyncDispose]();
        },
      };
    },
  };
}

taskQueueSuite('memory', () => embedded(false, async () => openMemoryStore()));
taskQueueSuite('lmdb', () => {
  const dataDir = join(folder, String(opened++));
  return embedded(true, () => openLmdbStore({ dataDir, fsync: false }));
});

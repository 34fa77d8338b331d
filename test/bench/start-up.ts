import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headwaterUp } from '../support/built-headwater.ts';
import { sqs } from '../support/raw-client.ts';
import { median, type Row, timed } from './measure.ts';

const ROUNDS = 15;

/** Spawn to first successful call, against spawning an empty Node. */
export async function measureStartUp(cli: string): Promise<readonly Row[]> {
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    floor.push(await timed(async () => await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')));
    const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
    const running: { kill(): Promise<void> }[] = [];
    ours.push(
      await timed(async () => {
        const headwater = await headwaterUp(cli, ['--data-dir', folder, '--quiet'], { cwd: folder });
        running.push(headwater);
        await sqs(headwater.endpoint, 'ListQueues', {});
      }),
    );
    for (const one of running) await one.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  return [
    {
      what: 'start-up: spawn to first answer',
      ours: median(ours),
      floor: median(floor),
      floorName: 'node -e 0',
      unit: 'ms',
      aim: { value: 2.5 },
    },
  ];
}

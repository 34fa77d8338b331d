import { durationMs } from '../core/duration.ts';
import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command } from './command.ts';
import { textOf, wrongUse } from './parse.ts';

/** Moves a virtual clock. */
export const advance: Command = {
  name: 'advance',
  summary: 'Move a virtual clock forward; returns when the work that this set off is done.',
  takes: 'DURATION',
  flags: {
    deadline: { value: 'MS', help: 'Real time after which it returns and names what still runs.', default: '60000' },
    ...endpointFlag,
  },
  examples: ['headwater advance 90s', 'headwater advance 1h30m', 'headwater advance PT24H'],
  notes: 'The endpoint has to be started with --clock virtual.',
  async run(line) {
    const [by, ...more] = line.positionals;
    if (by === undefined || more.length > 0) throw wrongUse('"headwater advance" takes one duration, e.g. 90s or 1h');
    if (durationMs(by) === undefined) {
      throw wrongUse(`"headwater advance" takes a duration like 90s, 1h30m, 2d or PT24H; got "${by}"`);
    }
    const deadline = textOf(line.flags, 'deadline');
    if (deadline !== undefined && !/^\d+$/.test(deadline)) {
      throw wrongUse(`--deadline takes a whole number of milliseconds; got "${deadline}"`);
    }
    const body = { by, ...(deadline === undefined ? {} : { deadlineMs: Number(deadline) }) };
    const { now, stillRunning } = await adminClient(line).post('/clock/advance', body);
    console.log(now);
    const left = stillRunning as readonly string[];
    for (const what of left) console.error(`still running: ${what}`);
    return left.length === 0 ? 0 : 1;
  },
};

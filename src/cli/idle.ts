import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command } from './command.ts';
import { textOf, wrongUse } from './parse.ts';

/** Waits until nothing goes on. */
export const idle: Command = {
  name: 'idle',
  summary: 'Say whether anything is in progress or due; wait until nothing is. Exits with 1 when something still is.',
  flags: {
    timeout: { value: 'MS', help: 'Wait at most so long.', default: '0' },
    ...endpointFlag,
  },
  examples: ['headwater idle', 'headwater idle --timeout 30000 && ./check-results'],
  notes:
    'Future timers, and queues that nothing consumes, do not count. Processes that share their backends are asked, too; while one of them does not answer, it is not idle.',
  async run(line) {
    const timeout = textOf(line.flags, 'timeout') ?? '0';
    if (!/^\d+$/.test(timeout)) throw wrongUse(`--timeout takes a whole number of milliseconds; got "${timeout}"`);
    const state = await adminClient(line).get(`/idle?timeoutMs=${timeout}`);
    console.log(JSON.stringify(state));
    return state['idle'] === true ? 0 : 1;
  },
};

import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command } from './command.ts';
import { wrongUse } from './parse.ts';

/** What `apply` needs from the config file's own code. */
export interface ConfigReading {
  find(folder: string): string | undefined;
  /** Reads and checks the file, and resolves where its functions' code lies. */
  read(file: string): Promise<unknown>;
}

const NONE_HERE = 'There is neither headwater.config.json nor headwater.config.ts here; name one: headwater apply FILE';

/** Applies a config file to a running endpoint. */
export const createApply = (config: ConfigReading): Command => ({
  name: 'apply',
  summary: 'Bring a running endpoint in line with a config file; doing so twice changes nothing.',
  takes: '[FILE]',
  flags: endpointFlag,
  examples: ['headwater apply', 'headwater apply ./test/headwater.config.ts'],
  notes: 'Without FILE it takes headwater.config.json or headwater.config.ts of the working directory.',
  async run(line) {
    const file = line.positionals[0] ?? config.find(process.cwd());
    if (file === undefined) throw wrongUse(NONE_HERE);
    const { applied } = await adminClient(line).post('/apply', await config.read(file));
    for (const { what, change } of applied as readonly { what: string; change: string }[]) {
      console.log(`${change.padEnd(9)} ${what}`);
    }
    return 0;
  },
});

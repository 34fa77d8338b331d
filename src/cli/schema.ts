import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';

/** Prints the JSON schema of the config file. */
export const createSchema = ({ schemaFile }: { readonly schemaFile: string }): Command => ({
  name: 'schema',
  summary: 'Print the JSON schema of headwater.config.json, for editors.',
  flags: {},
  examples: ['headwater schema > headwater.schema.json'],
  async run() {
    process.stdout.write(readFileSync(schemaFile));
    return 0;
  },
});

import { parseArgs } from 'node:util';
import { bringUp, fetchers, messageOf, stillUp, takeDown, type Way } from './bring-up.ts';
import { type EngineName, engineNames, variablesOf } from './engine.ts';
import { readState } from './state.ts';

const USAGE = `npm run backends -- COMMAND [redis] [minio] [kafka] [--with native|containers]

  up      Start what is not up, all three or those that are named. npm test finds them.
  down    End them, with all that they hold.
  status  Show what is up.
  env     Print the variables by which tests find them, for a shell: eval "$(npm run -s backends -- env)"
  fetch   Only get what they run from: Redis from Debian or PyPI, Kafka from Maven Central, MinIO built by Go in minutes.

Where a container engine answers they run in containers, else as processes; --with chooses.`;

/** What was asked for. */
interface Asked {
  readonly names: readonly EngineName[];
  readonly way: Way | undefined;
}

const tell = (line: string): void => console.error(line);

/** Runs one command and resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { with: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [command = '', ...named] = positionals;
  const run = commands[command];
  const names = engineNames.filter((name) => named.length === 0 || named.includes(name));
  const isKnown = named.every((name) => (engineNames as readonly string[]).includes(name));
  const way = wayOf(values.with);
  if (values.help === true) console.log(USAGE);
  if (values.help === true) return 0;
  if (run === undefined || !isKnown || way === null) {
    console.error(USAGE);
    return 2;
  }
  return await run({ names, way });
}

/** Null when it is neither. */
const wayOf = (value: string | undefined): Way | undefined | null =>
  value === undefined || value === 'native' || value === 'containers' ? value : null;

const commands: Readonly<Record<string, (asked: Asked) => Promise<number>>> = {
  up: async ({ names, way }) => {
    const engines = await bringUp(names, way, tell);
    await show();
    const up = engines.filter(({ name }) => names.includes(name));
    if (up.length > 0) {
      console.log(`  npm test runs on them too; npm run backends -- down ends them`);
      console.log(`  headwater up ${engines.map(({ name, url }) => `--${name} ${url}`).join(' ')}`);
    }
    return up.length === names.length ? 0 : 1;
  },
  down: async ({ names }) => {
    await takeDown(names);
    return 0;
  },
  status: async () => {
    await show();
    return 0;
  },
  env: async () => {
    const variables = Object.entries(variablesOf(await stillUp(readState().engines)));
    for (const [name, value] of variables) console.log(`export ${name}='${value}'`);
    return 0;
  },
  fetch: async ({ names }) => {
    const results = await Promise.all(
      names.map(async (name) => {
        try {
          tell(`${name}: ${await fetchers[name]()}`);
          return true;
        } catch (error) {
          tell(`${name} could not be fetched: ${messageOf(error)}`);
          return false;
        }
      }),
    );
    return results.every((isThere) => isThere) ? 0 : 1;
  },
};

/** One line for each engine. */
async function show(): Promise<void> {
  const { engines } = readState();
  const up = await stillUp(engines);
  for (const name of engineNames) {
    const engine = engines.find((known) => known.name === name);
    if (engine === undefined) console.log(`  ${name.padEnd(6)} not up`);
    else {
      const what = engine.pid === undefined ? `container ${engine.container?.slice(0, 12)}` : `process ${engine.pid}`;
      const where = engine.folder === undefined ? '' : `, log in ${engine.folder}`;
      console.log(
        `  ${name.padEnd(6)} ${engine.url}  ${what}${where}${up.includes(engine) ? '' : ': does not answer'}`,
      );
    }
  }
}

#!/usr/bin/env node
import * as nodeModule from 'node:module';
import type { Command } from './cli/command.ts';
import { HeadwaterError } from './core/errors.ts';

// Compiled code is kept between runs where Node can do so (from 22.1); it makes starting faster.
(nodeModule as { readonly enableCompileCache?: () => void }).enableCompileCache?.();

/** Each command, and the engine, is loaded when it is called for: `up` is to be usable at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  async up() {
    const [{ createUp }, { startHeadwater, VERSION }] = await Promise.all([
      import('./cli/up.ts'),
      import('./headwater.ts'),
    ]);
    const findConfig = async (folder: string) => (await import('./config/read-config.ts')).findConfig(folder);
    return createUp({ version: VERSION, start: startHeadwater, findConfig });
  },
  async apply() {
    const [{ createApply }, { findConfig }, { loadConfig }] = await Promise.all([
      import('./cli/apply.ts'),
      import('./config/read-config.ts'),
      import('./config.ts'),
    ]);
    return createApply({ find: findConfig, read: async (file) => (await loadConfig(file)).config });
  },
  events: async () => (await import('./cli/events.ts')).events,
  logs: async () => (await import('./cli/logs.ts')).logs,
  replay: async () => (await import('./cli/replay.ts')).replay,
  redrive: async () => (await import('./cli/redrive.ts')).redrive,
  record: async () => (await import('./cli/record.ts')).record,
  advance: async () => (await import('./cli/advance.ts')).advance,
  async schedule() {
    const [{ createSchedule }, { createScheduleExpressions }, { readCrontab }] = await Promise.all([
      import('./cli/schedule/schedule.ts'),
      import('./cron/schedule-expressions.ts'),
      import('./cron/crontab.ts'),
    ]);
    return createSchedule({ expressions: createScheduleExpressions(), readCrontab });
  },
  idle: async () => (await import('./cli/idle.ts')).idle,
  reset: async () => (await import('./cli/reset.ts')).reset,
  async doctor() {
    const [{ createDoctor }, { examineHost }] = await Promise.all([
      import('./cli/doctor.ts'),
      import('./composition/examine-host.ts'),
    ]);
    return createDoctor(examineHost);
  },
  async schema() {
    const [{ createSchema }, { packageFile }] = await Promise.all([
      import('./cli/schema.ts'),
      import('./package-files.ts'),
    ]);
    return createSchema({ schemaFile: packageFile('src/config/schema.json') });
  },
};

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return await help(args[0], name);
  if (name === '--version' || name === '-v') {
    console.log((await import('./headwater.ts')).VERSION);
    return 0;
  }
  const load = COMMANDS[name];
  if (!load) return await unknownCommand(name);
  if (args.includes('--help') || args.includes('-h')) return await help(name, 'help');
  const command = await load();
  const { parse } = await import('./cli/parse.ts');
  return await command.run(parse(command, args));
}

/** Without any argument it is not what was wanted, so it exits with 2. */
async function help(command: string | undefined, asked: string | undefined): Promise<number> {
  const { commandHelp, programHelp } = await import('./cli/help.ts');
  const load = COMMANDS[command ?? ''];
  if (command !== undefined && !load) return await unknownCommand(command);
  const all = async () => programHelp(await Promise.all(Object.values(COMMANDS).map((each) => each())));
  console.log(load ? commandHelp(await load()) : await all());
  return asked === undefined ? 2 : 0;
}

async function unknownCommand(name: string): Promise<number> {
  const { nearestWord } = await import('./core/nearest-word.ts');
  const nearest = nearestWord(name, Object.keys(COMMANDS));
  const hint = nearest ? `Did you mean "${nearest}"?` : `There are ${Object.keys(COMMANDS).join(', ')}.`;
  console.error(`headwater: unknown command "${name}". ${hint} See headwater --help`);
  return 2;
}

function report(error: unknown): number {
  if (error instanceof HeadwaterError) {
    console.error(`headwater: ${error.message}`);
    return error.fault === 'user' ? 2 : 1;
  }
  console.error(error);
  return 1;
}

// Whoever reads may stop, as `head` does: a command has told enough then, and `up` goes on without being read.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (process.argv[2] !== 'up') process.exit();
  });
}

// An exit would cut off what is still being written to a pipe; so the code is set, and the process ends by itself.
process.exitCode = await main(process.argv.slice(2)).catch(report);

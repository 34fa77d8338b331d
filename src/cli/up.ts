import { sep } from 'node:path';
import { realClock } from '../core/clock.ts';
import type { Command, CommandLine } from './command.ts';
import { textOf } from './parse.ts';
import { faultOf, unknownVariables } from './unknown-variables.ts';
import { namesOf, optionFlags, optionsOf, variablesOfUp } from './up-flags.ts';

/** A running endpoint, as `up` needs it. */
export interface Running {
  readonly endpoint: string;
  readonly clockMode: string;
  /** Absent when nothing is kept on this machine. */
  readonly dataDir: string | undefined;
  readonly backends: readonly string[];
  readonly applied: readonly { readonly what: string; readonly change: string }[];
  /** How the memory of functions is bounded here. */
  memoryBound(): string;
  /** Resolves, with the reason, when it must not go on. */
  readonly refusal: Promise<Error>;
  stop(deadlineMs: number): Promise<void>;
}

/** What `up` needs from the composition root. */
export interface Starting {
  readonly version: string;
  start(options: Readonly<Record<string, unknown>>, nameOf: (option: string) => string): Promise<Running>;
  findConfig(folder: string): Promise<string | undefined>;
}

/** How long work in progress may take to end after the first signal. */
const STOP_DEADLINE_MS = 5000;

/** Starts an endpoint in the foreground. */
export const createUp = (starting: Starting): Command => ({
  name: 'up',
  summary: 'Start the endpoint in the foreground; Ctrl-C stops it, a second Ctrl-C at once.',
  flags: {
    ...optionFlags,
    config: {
      value: 'FILE',
      help: 'Declares resources and options.',
      default: 'headwater.config.json or .ts in the working directory, if there',
    },
    quiet: { help: 'Print the endpoint and warnings only.' },
  },
  examples: [
    'headwater up',
    'headwater up --port 0 --ephemeral --clock virtual',
    'headwater up --config ./headwater.config.ts --code-root .',
    'headwater up --timing.asyncRetryDelaysMs=100,200',
    'HEADWATER_CREDENTIALS=test:secret headwater up',
  ],
  notes:
    'Each option can come from the environment: --data-dir is HEADWATER_DATA_DIR. Flags win over it, it over the config file.',
  run: (line) => up(starting, line),
});

async function up(starting: Starting, { flags }: CommandLine): Promise<number> {
  const isQuiet = flags['quiet'] === true;
  const logs = new LogPrinter();
  const stopped = untilSignal();
  const config =
    textOf(flags, 'config') ?? process.env['HEADWATER_CONFIG'] ?? (await starting.findConfig(process.cwd()));
  const warn = (warning: string) => console.error(`warning: ${warning}`);
  for (const each of unknownVariables(process.env, variablesOfUp())) warn(`${each.variable} ${faultOf(each)}`);
  const options = {
    ...optionsOf(flags, process.env),
    ...(config === undefined ? {} : { config }),
    log: isQuiet ? undefined : logs.add,
    warn,
  };
  const running = await starting.start(options, namesOf(flags, process.env));
  console.log(`Headwater ${starting.version} at ${running.endpoint}`);
  if (!isQuiet) introduce(running, config);
  const cause = await Promise.race([stopped, running.refusal]);
  if (!isQuiet && typeof cause === 'string') console.log(`${cause}: stopping; again to stop at once`);
  await running.stop(STOP_DEADLINE_MS);
  logs.flush();
  if (cause instanceof Error) throw cause;
  return 0;
}

/** With all of them nothing is kept on this machine. */
const REAL_BACKENDS = 3;

function introduce(running: Running, config: string | undefined): void {
  const { endpoint: url, clockMode, dataDir, backends, applied } = running;
  const kept = dataDir === undefined ? 'kept in memory only' : `${dataDir}${sep}`;
  const changed = applied.filter(({ change }) => change !== 'unchanged').length;
  const rows = [
    ...backends.map((backend): [string, string] => ['on', backend]),
    ...(backends.length === REAL_BACKENDS ? [] : [['state', backends.length === 0 ? kept : `of the rest: ${kept}`]]),
    ['clock', clockMode],
    ['memory', `functions are bounded by ${running.memoryBound()}`],
    ...(config === undefined ? [] : [['config', `${config}: ${applied.length} declared, ${changed} changed`]]),
    ['use it', `aws --endpoint-url ${url} s3 ls`],
    ['', `export AWS_ENDPOINT_URL=${url}   (SDKs, the AWS CLI and boto3)`],
    ['', 'any region and access key will do; a key of 12 digits is the account'],
    ['see', `headwater events --follow${url.endsWith(':4566') ? '' : ` --endpoint ${url}`}`],
  ];
  console.log(rows.map(([name = '', value]) => `  ${name.padEnd(8)}${value}`).join('\n'));
}

/** Soon enough for the eye, and hundreds of lines under load. */
const PRINT_MS = 10;

/** Prints what functions write, many lines in one write: who waits for an answer does not wait for the terminal. */
class LogPrinter {
  #pending = '';

  readonly add = ({ functionName, text }: { readonly functionName: string; readonly text: string }): void => {
    if (this.#pending === '') realClock.setTimer(PRINT_MS, () => this.flush());
    this.#pending += `${functionName} | ${text.endsWith('\n') ? text : `${text}\n`}`;
  };

  flush(): void {
    if (this.#pending !== '') process.stdout.write(this.#pending);
    this.#pending = '';
  }
}

const EXIT_AT_ONCE = 130;

/** Resolves at the first signal; the second ends the process, whatever is still going on. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    let isStopping = false;
    const onSignal = (signal: string) => {
      if (isStopping) process.exit(EXIT_AT_ONCE);
      isStopping = true;
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  });
}

import { promptTiming, type Timing } from '../core/timing.ts';
import type { CommandLine, Flag, Flags } from './command.ts';
import { wrongUse } from './parse.ts';

/** Reads the text of a flag as an option's value. */
type Reading = (texts: readonly string[], flag: string) => unknown;

/** A flag of `up` with the option that it sets. */
interface OptionFlag extends Flag {
  readonly option: string;
  readonly read: Reading;
}

const text: Reading = ([value]) => value;
const list: Reading = (values) => values;
const yes: Reading = ([value], flag) => {
  if (value === undefined || /^(1|true|yes)$/.test(value)) return true;
  if (/^(0|false|no)$/.test(value)) return false;
  throw wrongUse(`${flag} takes true or false; got "${value}"`);
};
const number: Reading = ([value = ''], flag) => {
  if (value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  throw wrongUse(`${flag} takes a number; got "${value}"`);
};
/** `a=b` or `a:b`, several of them, as a record. */
const pairs =
  (separator: string, shape: string): Reading =>
  (values, flag) =>
    Object.fromEntries(
      values.map((value) => {
        const at = value.indexOf(separator);
        if (at > 0 && at < value.length - 1) return [value.slice(0, at), value.slice(at + 1)];
        // The value may be a secret, so it is not repeated.
        throw wrongUse(`${flag} takes ${shape}; what it got has no "${separator}" between two parts`);
      }),
    );

const OPTION_FLAGS: Readonly<Record<string, OptionFlag>> = {
  port: {
    option: 'port',
    value: 'N',
    read: number,
    help: 'Port of the endpoint; 0 picks a free one.',
    default: '4566',
  },
  host: { option: 'host', value: 'ADDRESS', read: text, help: 'Address to bind.', default: '127.0.0.1' },
  'allow-host': {
    option: 'allowHosts',
    value: 'NAME',
    read: list,
    many: true,
    help: 'Further host name by which the admin API may be addressed.',
  },
  'data-dir': {
    option: 'dataDir',
    value: 'FOLDER',
    read: text,
    help: 'Where the state is kept; one process at a time.',
    default: './.headwater',
  },
  ephemeral: { option: 'ephemeral', read: yes, help: 'Keep nothing on disk.' },
  fsync: { option: 'fsync', read: yes, help: 'Make each commit survive a loss of power too.' },
  clock: {
    option: 'clock',
    value: 'real|virtual|scaled:N',
    read: text,
    help: 'How time runs. A virtual clock stands still until it is advanced.',
    default: 'real',
  },
  timing: {
    option: 'timing',
    value: 'prompt|aws',
    read: text,
    help: "Whether waits that are only latency are left out or are AWS's.",
    default: 'prompt',
  },
  'code-root': {
    option: 'codeRoot',
    value: 'FOLDER',
    read: text,
    help: 'Functions may run straight from folders below this one (S3Bucket "local-folder").',
    default: "the config file's folder, else off",
  },
  runtime: {
    option: 'runtimes',
    value: 'ID=PATH',
    read: pairs('=', 'IDENTIFIER=PATH, e.g. nodejs22.x=/opt/node22/bin/node'),
    many: true,
    help: 'Interpreter of a runtime.',
  },
  'strict-runtimes': {
    option: 'strictRuntimes',
    read: yes,
    help: 'Refuse a runtime whose exact version is not found, instead of using the nearest.',
  },
  'max-environments': {
    option: 'maxEnvironments',
    value: 'N',
    read: number,
    help: 'Function processes at a time.',
    default: 'four for each processor',
  },
  'account-concurrency': {
    option: 'accountConcurrency',
    value: 'N',
    read: number,
    help: "The account's concurrent executions.",
    default: '1000',
  },
  'enforce-policies': {
    option: 'enforcePolicies',
    read: yes,
    help: 'Check the policies of queues, topics and event buses when one service delivers to another.',
  },
  throttle: {
    option: 'throttle',
    read: yes,
    help: "Refuse what exceeds a Kinesis shard's throughput.",
  },
  'missed-schedules': {
    option: 'missedSchedules',
    value: 'once|all|skip',
    read: text,
    help: 'What becomes of rules and schedules that came due while nothing ran, or the machine slept: one late fire for all, one each, or none.',
    default: 'once',
  },
  redis: {
    option: 'redis',
    value: 'URL',
    read: text,
    help: 'Redis for queues, tables, functions, topics, rules, schedules, logs and all work that is due. A password is better in HEADWATER_REDIS.',
    default: 'embedded',
  },
  kafka: {
    option: 'kafka',
    value: 'HOST:PORT[,…]',
    read: text,
    help: 'Kafka for the records of Kinesis streams.',
    default: 'embedded',
  },
  minio: {
    option: 'minio',
    value: 'URL',
    read: text,
    help: 'MinIO for buckets, http://accessKey:secretKey@host:port. Better in HEADWATER_MINIO.',
    default: 'embedded',
  },
  secrets: {
    option: 'secrets',
    value: 'FILE',
    read: text,
    help: 'JSON file of the secrets that Kafka mappings name, by name or ARN.',
  },
  namespace: {
    option: 'namespace',
    value: 'NAME',
    read: text,
    help: 'Begins the names of all that is kept on real backends; processes of one namespace share their work.',
    default: 'headwater',
  },
  'backend-deadline': {
    option: 'backendDeadline',
    value: 'SECONDS',
    read: number,
    help: 'How long a backend that does not answer is waited for at the start.',
    default: '30',
  },
  credentials: {
    option: 'credentials',
    value: 'KEY:SECRET',
    read: pairs(':', 'KEY:SECRET'),
    many: true,
    help: 'An access key and its secret; with any, signatures are verified. Better from HEADWATER_CREDENTIALS.',
  },
};

const TIMING_HELP: Readonly<Record<keyof Timing, string>> = {
  asyncRetryDelaysMs: 'Before the second and third attempt of an asynchronous invocation.',
  asyncThrottleFirstDelayMs: 'After a throttled asynchronous attempt; doubles.',
  asyncThrottleMaxDelayMs: 'Its ceiling.',
  mappingThrottleFirstDelayMs: 'After a throttled batch of a mapping; doubles.',
  mappingThrottleMaxDelayMs: 'Its ceiling.',
  mappingStateDelayMs: "How long a mapping's state change takes.",
  functionStateDelayMs: 'How long a function stays Pending, or an update InProgress.',
  pollCadenceMs: 'Between two polls of an idle source.',
  sqsInitialConcurrency: 'Concurrent batches of an SQS mapping at start.',
  sqsConcurrencyPerMinute: 'Their growth a minute.',
  sqsMaximumConcurrency: 'Their ceiling.',
  sqsDeduplicationMs: 'How long a FIFO queue remembers a deduplication id.',
  sqsReceiveAttemptMs: 'How long it remembers a receive request attempt id.',
  sqsPurgePauseMs: 'Between two purges of a queue.',
  sqsRecreatePauseMs: "Before a deleted queue's name can be used again.",
  kinesisPollCadenceMs: 'Between two polls of a Kinesis shard by a mapping.',
  dynamodbPollCadenceMs: "Between two polls of a shard of a table's stream by a mapping.",
  streamRetryFirstDelayMs: 'After a failed batch of a stream; doubles.',
  streamRetryMaxDelayMs: 'Its ceiling.',
  streamStateDelayMs: 'How long a Kinesis stream is CREATING, UPDATING or DELETING.',
  tableStateDelayMs: 'How long a table is CREATING, UPDATING or DELETING.',
  ttlLagMs: 'How long an item outlives its time to live.',
  replayStateDelayMs: 'How long a replay of an archive of events is STARTING.',
  tableShardLifeMs: "How long a shard of a table's stream is written to.",
};
const TIMING_NAMES = Object.keys(TIMING_HELP) as (keyof Timing)[];

/** All flags of `up` that set an option, and a flag for each wait. */
export const optionFlags: Flags = {
  ...OPTION_FLAGS,
  ...Object.fromEntries(
    TIMING_NAMES.map((name): [string, Flag] => [
      `timing.${name}`,
      { value: 'N', help: TIMING_HELP[name], default: String(promptTiming[name]) },
    ]),
  ),
};

/** The options that flags set, and where there is no flag, the environment (`--data-dir` is `HEADWATER_DATA_DIR`). */
export function optionsOf(flags: CommandLine['flags'], environment: NodeJS.ProcessEnv): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(OPTION_FLAGS)) {
    const variable = variableOf(name);
    const given = flags[name];
    const ambient = environment[variable];
    if (given !== undefined) options[flag.option] = flag.read(textsOf(given), `--${name}`);
    else if (ambient !== undefined)
      options[flag.option] = flag.read(flag.many ? ambient.split(',') : [ambient], variable);
  }
  const timings = TIMING_NAMES.flatMap((name) => {
    const given = flags[`timing.${name}`];
    return given === undefined ? [] : [[name, waitOf(name, textsOf(given)[0] ?? '')] as const];
  });
  if (timings.length > 0) options['timings'] = Object.fromEntries(timings);
  return options;
}

/** The variables that set options of `up`. */
export const variablesOfUp = (): readonly string[] => [...Object.keys(OPTION_FLAGS), 'config'].map(variableOf);

const variableOf = (name: string): string => `HEADWATER_${name.toUpperCase().replaceAll('-', '_')}`;

const textsOf = (given: string | true | readonly string[]): readonly string[] =>
  given === true ? [] : typeof given === 'string' ? [given] : given;

/** `60000,120000` for a wait that is a list. */
function waitOf(name: keyof Timing, value: string): unknown {
  const flag = `--timing.${name}`;
  if (Array.isArray(promptTiming[name])) return value.split(',').map((part) => number([part], flag));
  return number([value], flag);
}

/** How whoever gave these flags, or set these variables, calls an option. */
export function namesOf(flags: CommandLine['flags'], environment: NodeJS.ProcessEnv): (option: string) => string {
  return (option) => {
    if (option.startsWith('timings.')) return option.replace('timings.', '--timing.');
    const [name] = Object.entries(OPTION_FLAGS).find(([, flag]) => flag.option === option) ?? [option];
    const variable = variableOf(name);
    return flags[name] === undefined && environment[variable] !== undefined ? variable : `--${name}`;
  };
}

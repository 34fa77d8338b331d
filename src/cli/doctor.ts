import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import type { RuntimeSupport } from '../core/dispatch.ts';
import { HeadwaterError } from '../core/errors.ts';
import type { Finding } from '../core/finding.ts';
import type { Command, CommandLine } from './command.ts';
import { faultOf, type UnknownVariable, unknownVariables } from './unknown-variables.ts';
import { namesOf, optionFlags, optionsOf, variablesOfUp } from './up-flags.ts';

/** What the composition root finds out about the machine. */
export interface Examined {
  readonly host: string;
  readonly port: number;
  /** Absent when nothing is kept on this machine. */
  readonly dataDir: string | undefined;
  /** Throws when a start could not use the data directory: another process has it, or its state is damaged. */
  tryDataDir(): void;
  readonly maxEnvironments: number;
  readonly runtimes: readonly { readonly identifier: string; readonly support: RuntimeSupport | undefined }[];
  /** How memory is bounded. */
  readonly memoryLimit: string;
  readonly temporaryFiles: string;
  readonly sdkCache: { readonly folder: string; readonly node: readonly string[]; readonly python: readonly string[] };
  /** What there is to say of each backend that is configured. */
  readonly backends: readonly Finding[];
}

/** Looks at the machine with these options. */
export type Examine = (
  options: Readonly<Record<string, unknown>>,
  nameOf: (option: string) => string,
) => Promise<Examined>;

const EXAMINED = [
  ...['port', 'host', 'data-dir', 'runtime', 'max-environments'],
  ...['redis', 'kafka', 'minio', 'namespace', 'backend-deadline'],
];
const LEVEL_WIDTH = 9;
const GIGABYTE = 2 ** 30;

/** Looks at the machine. */
export const createDoctor = (examine: Examine): Command => ({
  name: 'doctor',
  summary: 'Say what this machine and the backends offer, and what to do where something is missing.',
  flags: {
    ...Object.fromEntries(Object.entries(optionFlags).filter(([name]) => EXAMINED.includes(name))),
    json: { help: 'Print JSON.' },
  },
  examples: [
    'headwater doctor',
    'headwater doctor --runtime nodejs22.x=/opt/node22/bin/node',
    'headwater doctor --redis redis://127.0.0.1:6379 --kafka 127.0.0.1:9092',
  ],
  notes: 'Exits with 1 when there is a problem. A runtime that is missing is a warning: only its functions cannot run.',
  async run({ flags }: CommandLine) {
    const findings = [
      ...(await look(await examine(optionsOf(flags, process.env), namesOf(flags, process.env)))),
      ...unknownVariables(process.env, variablesOfUp()).map(tellUnknown),
    ];
    if (flags['json'] === true) console.log(JSON.stringify(findings, null, 2));
    else {
      const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
      for (const { what, found, level } of findings) {
        console.log(`${level.padEnd(LEVEL_WIDTH)}${what.padEnd(width)}${found}`);
      }
    }
    return findings.some(({ level }) => level === 'problem') ? 1 : 0;
  },
});

async function look(examined: Examined): Promise<readonly Finding[]> {
  const { host, port, memoryLimit, temporaryFiles, sdkCache, maxEnvironments } = examined;
  const memory = `${memoryLimit}; the machine has ${(totalmem() / GIGABYTE).toFixed(1)} GB`;
  const packages = [...sdkCache.node, ...sdkCache.python];
  return [
    { what: 'Node', found: `${process.version} runs Headwater`, level: 'ok' },
    ...examined.runtimes.map(lookAtRuntime),
    { what: 'memory of functions', found: memory, level: 'ok' },
    { what: '/tmp of functions', found: temporaryFiles, level: 'ok' },
    { what: 'environments', found: `at most ${maxEnvironments} processes at a time`, level: 'ok' },
    { what: 'SDK cache', found: `${sdkCache.folder}: ${packages.join(', ') || 'empty'}`, level: 'ok' },
    await lookAtPort(host, port),
    lookAtDataDir(examined),
    ...examined.backends,
  ];
}

const tellUnknown = (unknown: UnknownVariable): Finding => ({
  what: unknown.variable,
  found: faultOf(unknown),
  level: 'warning',
});

function lookAtRuntime({ identifier, support }: Examined['runtimes'][number]): Finding {
  if (!support)
    return { what: identifier, found: `not found; name one with --runtime ${identifier}=/path`, level: 'warning' };
  const { path, version, exact } = support;
  if (exact) return { what: identifier, found: `${version ?? ''} ${path}`.trim(), level: 'ok' };
  return { what: identifier, found: `runs on ${version} (${path}), the nearest one present`, level: 'warning' };
}

async function lookAtPort(host: string, port: number): Promise<Finding> {
  const server = createServer();
  const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
  const what = `port ${port}`;
  if (!problem) return { what, found: `free on ${host}`, level: 'ok' };
  const reason = problem.code === 'EADDRINUSE' ? 'is in use' : `cannot be bound (${problem.code})`;
  return { what, found: `${reason} on ${host}; choose another with --port, or 0 for a free one`, level: 'problem' };
}

function lookAtDataDir({ dataDir, tryDataDir }: Examined): Finding {
  try {
    tryDataDir();
    return { what: 'state', found: dataDir ?? 'nothing is kept on this machine', level: 'ok' };
  } catch (error) {
    if (!(error instanceof HeadwaterError)) throw error;
    return { what: 'state', found: error.message, level: 'problem' };
  }
}

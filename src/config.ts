import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { HeadwaterConfig } from './config/declaration.ts';
import type { Settings } from './config/options.ts';
import type { LocatedConfig } from './config/read-config.ts';
import type { ClockChoice, WritableOptions } from './config/writable-options.ts';
import { SECOND } from './core/clock.ts';
import { HeadwaterError } from './core/errors.ts';
import { awsTiming, promptTiming, type Timing } from './core/timing.ts';
import { packageFile } from './package-files.ts';

/** More than this many processes and the machine is busy switching between them. */
const ENVIRONMENTS_PER_PROCESSOR = 4;
/** Runtimes that need an interpreter of this machine. */
const INTERPRETED = /^(nodejs\d+\.x|python\d+\.\d+)$/;

/**
 * Decides all options; throws a `HeadwaterError` that names the one which cannot be.
 * @param nameOf how the person who reads the error calls an option, e.g. `--port`
 */
export function decideSettings(
  options: WritableOptions,
  nameOf: (option: string) => string = (option) => `option "${option}"`,
): Settings {
  const check = new Checks(nameOf);
  return {
    port: check.integer('port', options.port ?? 4566, 0, 65_535),
    host: check.text('host', options.host) ?? '127.0.0.1',
    allowHosts: options.allowHosts ?? [],
    dataDir: options.ephemeral ? undefined : resolve(check.text('dataDir', options.dataDir) ?? '.headwater'),
    fsync: options.fsync ?? false,
    clock: check.clock(options.clock ?? 'real'),
    timing: check.timing(options.timing ?? 'prompt', options.timings ?? {}),
    codeRoot: check.folder('codeRoot', options.codeRoot),
    runtimes: check.interpreters('runtimes', options.runtimes ?? {}),
    strictRuntimes: options.strictRuntimes ?? false,
    maxEnvironments: check.integer(
      'maxEnvironments',
      options.maxEnvironments ?? ENVIRONMENTS_PER_PROCESSOR * availableParallelism(),
      1,
      10_000,
    ),
    accountConcurrency: check.integer('accountConcurrency', options.accountConcurrency ?? 1000, 1, 1_000_000),
    enforcePolicies: options.enforcePolicies ?? false,
    throttle: options.throttle ?? false,
    missedSchedules: check.oneOf('missedSchedules', options.missedSchedules ?? 'once', ['once', 'all', 'skip']),
    credentials: new Map(Object.entries(options.credentials ?? {})),
    secrets: check.file('secrets', options.secrets),
    backends: {
      redis: check.url('redis', options.redis, 'redis://host:port', /^rediss?:$/),
      kafka: check.brokers('kafka', options.kafka),
      minio: check.url('minio', options.minio, 'http://accessKey:secretKey@host:port', /^https?:$/),
      namespace: check.namespace('namespace', options.namespace ?? 'headwater'),
      deadlineMs: check.integer('backendDeadline', options.backendDeadline ?? 30, 0, 3600) * SECOND,
    },
  };
}

/** What a config file comes to: the options in it, with their paths resolved, and what it declares. */
export interface LoadedConfig {
  readonly options: WritableOptions;
  readonly config: LocatedConfig;
}

/**
 * Reads and checks a config file, or checks a config that is given as it is. Its paths are relative to its folder, which is
 * also what functions may run from unless it says otherwise.
 */
export async function loadConfig(source: string | HeadwaterConfig): Promise<LoadedConfig> {
  const [{ checkConfig }, { locateCode, readConfigFile }] = await Promise.all([
    import('./config/check.ts'),
    import('./config/read-config.ts'),
  ]);
  const isFile = typeof source === 'string';
  const folder = isFile ? dirname(resolve(source)) : process.cwd();
  const value = isFile ? await readConfigFile(source) : source;
  const checked = checkConfig(value, packageFile('src/config/schema.json'), isFile ? source : 'option "config"');
  const { dataDir, secrets, codeRoot = '.', ...settings } = checked.settings ?? {};
  return {
    options: {
      ...settings,
      ...(dataDir === undefined ? {} : { dataDir: resolve(folder, dataDir) }),
      ...(secrets === undefined ? {} : { secrets: resolve(folder, secrets) }),
      codeRoot: resolve(folder, codeRoot),
    },
    config: locateCode(checked, folder),
  };
}

/** Checks a declaration that came over the admin API: a config whose code is located already. */
export async function checkLocated(declaration: unknown): Promise<LocatedConfig> {
  const { checkConfig } = await import('./config/check.ts');
  const { functions = {}, ...rest } = (declaration ?? {}) as Partial<LocatedConfig>;
  const named = Object.entries(functions).map(([name, declared]) => [name, { ...declared, code: 'located' }]);
  checkConfig(
    { ...rest, functions: Object.fromEntries(named) },
    packageFile('src/config/schema.json'),
    'the declaration',
  );
  for (const [name, { code }] of Object.entries(functions)) {
    const isLocated = 'folder' in code ? typeof code.folder === 'string' : typeof code.zip === 'string';
    if (!isLocated) throw new HeadwaterError('INVALID_CONFIG', `functions.${name}.code takes {"folder"} or {"zip"}`);
  }
  return { ...rest, functions };
}

/** One check per kind of option; each names the option, what it got and what it takes. */
class Checks {
  readonly #nameOf: (option: string) => string;

  constructor(nameOf: (option: string) => string) {
    this.#nameOf = nameOf;
  }

  integer(option: string, value: number, min: number, max: number): number {
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw this.#refusal(option, `takes a whole number from ${min} to ${max}`, value);
  }

  text(option: string, value: string | undefined): string | undefined {
    if (value === undefined || value.length > 0) return value;
    throw this.#refusal(option, 'takes a text that is not empty', value);
  }

  /** A refusal does not repeat the value: it may hold a password. */
  url(option: string, value: string | undefined, shape: string, protocol: RegExp): string | undefined {
    if (value === undefined) return undefined;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url && protocol.test(url.protocol) && url.hostname !== '') return value;
    throw this.#refusal(option, `takes a URL like ${shape}`);
  }

  /** What names a user is not repeated either. */
  brokers(option: string, value: string | undefined): readonly string[] | undefined {
    if (value === undefined) return undefined;
    const brokers = value.split(',').map((broker) => broker.trim());
    if (brokers.every((broker) => /^([\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}$/.test(broker))) return brokers;
    const takes = 'takes addresses like host:9092 of listeners without TLS and login, with commas between them';
    throw this.#refusal(option, takes, value.includes('@') ? undefined : value);
  }

  namespace(option: string, value: string): string {
    if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(value)) return value;
    throw this.#refusal(option, 'takes up to 63 letters, digits, hyphens and underscores', value);
  }

  oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw this.#refusal(option, `takes one of ${choices.join(', ')}`, value);
  }

  folder(option: string, value: string | undefined): string | undefined {
    if (value === undefined) return undefined;
    if (statSync(value, { throwIfNoEntry: false })?.isDirectory()) return resolve(value);
    throw this.#refusal(option, 'takes a folder that is there', value);
  }

  file(option: string, value: string | undefined): string | undefined {
    if (value === undefined) return undefined;
    if (statSync(value, { throwIfNoEntry: false })?.isFile()) return resolve(value);
    throw this.#refusal(option, 'takes a file that is there', value);
  }

  interpreters(option: string, paths: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
    for (const [runtime, path] of Object.entries(paths)) {
      if (!INTERPRETED.test(runtime)) {
        throw this.#refusal(option, 'takes the identifier of a runtime, e.g. nodejs22.x or python3.13', runtime);
      }
      if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
        throw this.#refusal(option, `takes the path of an interpreter for ${runtime}`, path);
      }
    }
    return new Map(Object.entries(paths));
  }

  clock(value: string): ClockChoice {
    const factor = Number(/^scaled:(.+)$/.exec(value)?.[1] ?? 1);
    if (/^(real|virtual|scaled:.+)$/.test(value) && factor > 0 && factor <= 100_000) return value as ClockChoice;
    throw this.#refusal('clock', 'takes "real", "virtual" or "scaled:N" with N from above 0 to 100000', value);
  }

  timing(preset: string, single: Partial<Timing>): Timing {
    if (preset !== 'prompt' && preset !== 'aws') throw this.#refusal('timing', 'takes "prompt" or "aws"', preset);
    for (const [name, value] of Object.entries(single)) this.#wait(name, value);
    return { ...(preset === 'aws' ? awsTiming : promptTiming), ...single };
  }

  #wait(name: string, value: unknown): void {
    const option = `timings.${name}`;
    const usual: unknown = promptTiming[name as keyof Timing];
    const isCount = (item: unknown) => typeof item === 'number' && Number.isFinite(item) && item >= 0;
    if (usual === undefined)
      throw this.#refusal(option, `is unknown; known are ${Object.keys(promptTiming).join(', ')}`);
    if (Array.isArray(usual)) {
      if (Array.isArray(value) && value.length === usual.length && value.every(isCount)) return;
      throw this.#refusal(option, `takes ${usual.length} numbers of milliseconds, e.g. ${usual.join(',')}`, value);
    }
    if (!isCount(value)) throw this.#refusal(option, `takes a number from 0, e.g. ${usual}`, value);
  }

  #refusal(option: string, takes: string, value?: unknown): HeadwaterError {
    const got = value === undefined ? '' : `; got ${JSON.stringify(value)}`;
    return new HeadwaterError('INVALID_OPTION', `${this.#nameOf(option)} ${takes}${got}`);
  }
}

import { resolve } from 'node:path';
import type { Activity } from '../core/activity.ts';
import { type Clock, MINUTE, realClock } from '../core/clock.ts';
import type { Credentials, SessionCredentials } from '../core/credentials.ts';
import type { InvokeRequest, Invoker, RuntimeSupport } from '../core/dispatch.ts';
import { HeadwaterError } from '../core/errors.ts';
import type { FunctionSpec } from '../core/function.ts';
import { type FunctionLogs, noFunctionLogs } from '../core/function-logs.ts';
import type { Journal } from '../core/journal.ts';
import type { Random } from '../core/random.ts';
import { traceHeaderFor } from '../core/trace-header.ts';
import { Environment, type RanOutcome } from './environment.ts';
import { type FileIsolation, findFileIsolation } from './file-isolation.ts';
import { FunctionLog, type FunctionLogLine } from './function-log.ts';
import type { ProcessTools } from './function-process.ts';
import { startOptions } from './function-start.ts';
import { type HostFacts, hostFacts } from './host-facts.ts';
import { findMemoryLimit, type MemoryLimit } from './memory-limit.ts';
import { type Lease, Pool } from './pool.ts';
import { createReaper } from './reaper.ts';
import type { LanguageRuntime, Launch } from './runtime.ts';
import { runtimeTable } from './runtime-table.ts';
import { createSdkCache } from './sdk-cache.ts';
import { sweepTemporary, temporaryFolder } from './temporary-folder.ts';

export type { FunctionLogLine } from './function-log.ts';
export type { HostFacts } from './host-facts.ts';

/** What the composition root hands over. */
export interface InvokerOptions {
  /** AWS's timestamps: log events and log streams. Timeouts are always real. */
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly activity: Activity;
  /** Where the handler's own SDK calls go, e.g. `http://127.0.0.1:4566`; asked at each start of a process. */
  readonly endpoint: () => string;
  readonly credentials: Credentials;
  /** For temporary files and built sources. */
  readonly workDir: string;
  /** Where fetched SDK packages are kept, for all projects. */
  readonly cacheDir: string;
  /** Interpreters that the user named, by runtime identifier. */
  readonly runtimePaths: ReadonlyMap<string, string>;
  /** At most so many processes of functions at a time. */
  readonly maxEnvironments: number;
  /** Folder of the bootstraps: `src/runtimes/bootstraps` of the package. */
  readonly assets: string;
  readonly log: (line: FunctionLogLine) => void;
  /**
   * Where logs are kept.
   * @default nowhere
   */
  readonly functionLogs?: FunctionLogs;
  readonly warn: (line: string) => void;
  /**
   * Real time after which an idle environment ends.
   * @default 5 minutes: AWS keeps them between 5 and 15
   */
  readonly idleMs?: number;
}

/** The invoker and what it knows of the host. */
export type RuntimeInvoker = Invoker & {
  /** What this machine offers, for `doctor` and `up`. Looks for all interpreters, so it takes a moment. */
  describe(): Promise<HostFacts>;
};

/** Makes the invoker. Nothing is looked for or started until a function needs it. */
export function createInvoker(options: InvokerOptions): RuntimeInvoker {
  // Processes run in the folder of their code, where a relative path would mean another place.
  const { workDir, cacheDir, assets } = options;
  return new ProcessInvoker({
    ...options,
    workDir: resolve(workDir),
    cacheDir: resolve(cacheDir),
    assets: resolve(assets),
  });
}

/** How a runtime identifier is run here. */
interface Known {
  readonly runtime: LanguageRuntime;
  readonly support: RuntimeSupport;
  readonly isolation: FileIsolation | undefined;
}

class ProcessInvoker implements RuntimeInvoker {
  readonly capacity: number;
  readonly #options: InvokerOptions;
  readonly #languages: readonly LanguageRuntime[];
  readonly #sdk: ReturnType<typeof createSdkCache>;
  readonly #reaper: ReturnType<typeof createReaper>;
  readonly #pool: Pool<Environment>;
  readonly #supports = new Map<string, Promise<RuntimeSupport | undefined>>();
  readonly #credentials = new Map<string, SessionCredentials>();
  #memoryLimit: MemoryLimit | undefined;
  #isolation: Promise<FileIsolation | undefined> | undefined;
  #environments = 0;

  constructor(options: InvokerOptions) {
    this.#options = options;
    this.capacity = options.maxEnvironments;
    this.#sdk = createSdkCache({ cacheDir: options.cacheDir, warn: options.warn });
    this.#languages = runtimeTable({
      assets: options.assets,
      workDir: options.workDir,
      paths: options.runtimePaths,
      sdk: this.#sdk,
    });
    this.#reaper = createReaper(options.assets);
    this.#pool = new Pool({ capacity: this.capacity, idleMs: options.idleMs ?? 5 * MINUTE });
  }

  invoke(spec: FunctionSpec, request: InvokeRequest): Promise<RanOutcome> {
    const known = this.#known.get(spec.runtime);
    if (!known) return this.#invokeFirst(spec, request);
    const key = `${spec.arn}:${spec.version}:${spec.revision}`;
    const lease = this.#pool.acquire(key, spec.arn, () => this.#open(spec, known));
    return lease instanceof Promise
      ? lease.then((granted) => this.#runIn(granted, request))
      : this.#runIn(lease, request);
  }

  support(identifier: string): Promise<RuntimeSupport | undefined> {
    const known = this.#supports.get(identifier);
    if (known) return known;
    const found = this.#languageOf(identifier)?.support(identifier) ?? Promise.resolve(undefined);
    this.#supports.set(identifier, found);
    return found;
  }

  retire(functionArn: string): Promise<void> {
    return this.#pool.retire(functionArn);
  }

  async describe(): Promise<HostFacts> {
    return await hostFacts({
      languages: this.#languages,
      support: (identifier) => this.support(identifier),
      memoryLimit: this.#limit(),
      isolation: await this.#isolate(),
      sdk: this.#sdk,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
    this.#reaper[Symbol.dispose]();
  }

  /** Runtimes whose interpreter has been found, so that a warm invocation awaits nothing. */
  readonly #known = new Map<string, Known>();

  async #invokeFirst(spec: FunctionSpec, request: InvokeRequest): Promise<RanOutcome> {
    const runtime = this.#languageOf(spec.runtime);
    const support = await this.support(spec.runtime);
    if (!runtime || !support) {
      // A function whose runtime is not there is in state Failed and is never handed to us.
      throw new HeadwaterError('RUNTIME_MISSING', `No interpreter for ${spec.runtime} was found on this machine`);
    }
    const isolation = await this.#isolate();
    this.#known.set(spec.runtime, { runtime, support, isolation });
    return await this.invoke(spec, request);
  }

  /** Once, before the first environment; those who ask at the same time go on in their order. */
  #isolate(): Promise<FileIsolation | undefined> {
    const { assets, workDir } = this.#options;
    this.#isolation ??= sweepTemporary(workDir).then(() => findFileIsolation(assets, workDir));
    return this.#isolation;
  }

  #runIn(lease: Lease<Environment>, request: InvokeRequest): Promise<RanOutcome> {
    const { random } = this.#options;
    const attempt = {
      traceHeader: traceHeaderFor(request.traceHeader, realClock.nowMs(), random),
      invocationId: request.requestId,
    };
    return lease.item.invoke(request, attempt).finally(() => lease.release());
  }

  #open(spec: FunctionSpec, { runtime, support, isolation }: Known): Environment {
    const { clock, random, log: sink, functionLogs: kept = noFunctionLogs, workDir } = this.#options;
    this.#environments += 1;
    const stream = logStreamName(spec.version, clock.nowMs(), random);
    const log = new FunctionLog({ spec, stream, clock, sink, kept });
    const temporary = temporaryFolder(workDir, this.#environments);
    this.#sayIfNotExact(spec, support, log);
    const on = support.version === undefined ? '' : ` on ${support.version}`;
    this.#options.journal.append({
      kind: 'decision',
      what: `New environment for ${spec.name} (${spec.runtime}${on})`,
      arn: spec.arn,
      detail: { path: support.path, logStream: stream },
    });
    const tools: ProcessTools = { memoryLimit: this.#limit(), reaper: this.#reaper };
    const startWith = (launch: Launch, runtimeApiPort: number) =>
      startOptions({
        spec,
        launch,
        runtimeApiPort,
        logStream: stream,
        credentials: this.#credentialsOf(spec),
        endpoint: this.#options.endpoint(),
        assets: this.#options.assets,
        temporary,
        isolation,
        onLog: (message) => log.output(message),
      });
    return new Environment({ spec, runtime, support, log, temporary, tools, startOptions: startWith });
  }

  /** The function acts as its role; one set of credentials per function and role. */
  #credentialsOf(spec: FunctionSpec): SessionCredentials {
    const key = `${spec.arn} ${spec.role}`;
    const known = this.#credentials.get(key);
    if (known) return known;
    const roleName = spec.role.slice(spec.role.lastIndexOf('/') + 1);
    const arn = `arn:aws:sts::${spec.account}:assumed-role/${roleName}/${spec.name}`;
    const userId = `AROA${this.#options.random.text(17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}:${spec.name}`;
    const issued = this.#options.credentials.issue(spec.account, arn, userId);
    this.#credentials.set(key, issued);
    return issued;
  }

  /** Once per environment: its code runs on another version than AWS would take. */
  #sayIfNotExact(spec: FunctionSpec, support: RuntimeSupport, log: FunctionLog): void {
    if (support.exact) return;
    log.write(
      `[HEADWATER] ${spec.runtime} is not installed: running on ${support.version} (${support.path}). ` +
        `Install it, or name it with --runtime ${spec.runtime}=/path\n`,
    );
  }

  #languageOf(identifier: string): LanguageRuntime | undefined {
    return this.#languages.find((language) => language.runs(identifier));
  }

  #limit(): MemoryLimit {
    this.#memoryLimit ??= findMemoryLimit();
    return this.#memoryLimit;
  }
}

/** `2026/01/31/[$LATEST]0123…`: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html */
function logStreamName(version: string, nowMs: number, random: Random): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${random.text(32, '0123456789abcdef')}`;
}

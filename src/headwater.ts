import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createS3 } from '../connectors/s3/connector.ts';
import { createSqs } from '../connectors/sqs/connector.ts';
import { createMappings } from '../mappings/poll/mappings.ts';
import { createBucketNotifications } from '../mappings/push/bucket-notification.ts';
import manifest from '../package.json' with { type: 'json' };
import { openBlobStore } from './backends/embedded/blob-store.ts';
import { lockDataDirectory } from './backends/embedded/data-directory.ts';
import { openMessageQueue } from './backends/embedded/message-queue.ts';
import { openObjectStore } from './backends/embedded/object-store.ts';
import { openRegistry } from './backends/embedded/registry.ts';
import { openLmdbStore, openMemoryStore, type Store } from './backends/embedded/store.ts';
import { openTaskQueue } from './backends/embedded/task-queue.ts';
import type { Applied } from './config/apply.ts';
import type { HeadwaterOptions, Settings } from './config/options.ts';
import type { LocatedConfig } from './config/read-config.ts';
import { checkLocated, decideSettings, loadConfig } from './config.ts';
import { createAdmin } from './console/admin.ts';
import { type Activity, createActivity, type Idleness } from './core/activity.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, parseArn } from './core/arn.ts';
import { type Clock, realClock, SECOND, scaledClock } from './core/clock.ts';
import { type Credentials, createCredentials } from './core/credentials.ts';
import { HeadwaterError } from './core/errors.ts';
import type { Json } from './core/event.ts';
import { type JournalReader, traceIdOf } from './core/journal.ts';
import type { ServiceApi } from './core/operation.ts';
import { systemRandom } from './core/random.ts';
import type { Target, Targets } from './core/target.ts';
import { type Advanced, createVirtualClock, type VirtualClock } from './core/virtual-clock.ts';
import { createDispatcher } from './dispatch/dispatcher.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { createJournal, type JournalStore } from './journal/journal.ts';
import { createLambda } from './lambda/lambda.ts';
import { operationFiles, packageFile } from './package-files.ts';
import { createInvoker } from './runtimes/invoker.ts';
import { findMemoryLimit } from './runtimes/memory-limit.ts';
import { createIam } from './services/iam/iam.ts';
import { createSts } from './services/sts/sts.ts';

/** The version of this package. */
export const VERSION: string = manifest.version;

/** A running endpoint. */
export interface Headwater extends AsyncDisposable {
  /** Where clients reach it, e.g. `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly port: number;
  readonly clock: Clock;
  /** `real`, `virtual` or `scaled:N`. */
  readonly clockMode: string;
  /** Absent when nothing is kept. */
  readonly dataDir: string | undefined;
  readonly activity: Activity;
  readonly journal: JournalReader;
  /** What the config declared, and what applying it changed. */
  readonly applied: readonly Applied[];
  /** Moves a virtual clock; resolves when the work which that set off is done. Rejects when the clock is another. */
  advance(byMs: number, options?: { readonly deadlineMs?: number }): Promise<Advanced>;
  /** Waits, at most `timeoutMs` in real time, until nothing is in progress or due. */
  idle(timeoutMs?: number): Promise<Idleness>;
  /** Forgets everything, or what these services hold; resolves once the old work has stopped. */
  reset(services?: readonly string[]): Promise<void>;
  /** How the memory of functions is bounded on this machine. */
  memoryBound(): string;
  /** Stops in the order of the data; what is not done at the deadline is cut off. A second call waits for the first. */
  stop(deadlineMs?: number): Promise<void>;
}

const STOP_DEADLINE_MS = 5 * SECOND;
const IDLE_TIMEOUT_MS = 60 * SECOND;

/**
 * Starts an endpoint; resolves when it can be used.
 *
 * @param nameOf how the reader of an error calls an option
 * @example
 * ```ts
 * await using headwater = await startHeadwater({ port: 0, ephemeral: true, clock: 'virtual' });
 * const sqs = new SQSClient({ endpoint: headwater.endpoint, region: 'us-east-1' });
 * ```
 */
export async function startHeadwater(
  options: HeadwaterOptions = {},
  nameOf?: (option: string) => string,
): Promise<Headwater> {
  const loaded = options.config === undefined ? undefined : await loadConfig(options.config);
  const settings = decideSettings({ ...loaded?.options, ...withoutAbsent(options) }, nameOf);
  const closing: Closing[] = [];
  try {
    return await open(settings, options, loaded?.config, closing);
  } catch (error) {
    await closeAll(closing, 0);
    throw error;
  }
}

/** Closes one part; parts are closed in the reverse of the order they were opened in, which is that of the data. */
type Closing = (deadlineMs: number) => Promise<void>;

async function closeAll(closing: Closing[], deadlineMs: number): Promise<void> {
  const endMs = realClock.nowMs() + deadlineMs;
  for (let close = closing.pop(); close; close = closing.pop()) await close(Math.max(0, endMs - realClock.nowMs()));
}

async function open(
  settings: Settings,
  options: HeadwaterOptions,
  declared: LocatedConfig | undefined,
  closing: Closing[],
): Promise<Headwater> {
  const ground = await openGround(settings, closing);
  const { activity, clock, journal, credentials, random } = ground;
  let endpoint = '';
  let gateway: Gateway | undefined;
  const lastAnswers = async (deadlineMs: number) => gateway?.close(deadlineMs);
  const services = await openServices(ground, settings, options, { endpoint: () => endpoint, lastAnswers }, closing);
  const apply = async (config: LocatedConfig) => {
    const [{ applyConfig }, { createCallService }] = await Promise.all([
      import('./config/apply.ts'),
      import('./config/call-service.ts'),
    ]);
    const scope = { account: config.account ?? DEFAULT_ACCOUNT, region: config.region ?? DEFAULT_REGION };
    const call = createCallService({ apis: services.apis, scope, random, origin: endpoint });
    return await applyConfig(config, scope, call);
  };
  const advance = ground.virtualClock && moveClock(ground.virtualClock, ground.store);
  const stopping = new AbortController();
  const admin = createAdmin({
    version: VERSION,
    stopping: stopping.signal,
    hosts: new Set([settings.host, ...settings.allowHosts].map((name) => name.toLowerCase())),
    ...{ clock, clockMode: settings.clock, advance, activity, journal },
    services: Object.keys(services.resets),
    reset: services.reset,
    settings: () => shownSettings(settings),
    code: services.code,
    apply: async (declaration) => ({
      applied: (await apply(await checkLocated(declaration))).map((each) => ({ ...each })),
    }),
  });
  const readModel = async (name: string) =>
    JSON.parse(await readFile(packageFile(`src/gateway/models/${name}.json`), 'utf8'));
  gateway = createGateway({
    apis: services.apis,
    credentials,
    clock: realClock,
    random,
    journal,
    models: readModel,
    admin,
  });
  const { quiesce } = gateway;
  closing.push(async () => {
    quiesce();
    stopping.abort();
  });
  const listening = await gateway.listen({ host: settings.host, port: settings.port });
  endpoint = listening.url.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//127.0.0.1:');
  services.start();
  const applied = declared ? await apply(declared) : [];

  let stopped: Promise<void> | undefined;
  const stop = (deadlineMs = STOP_DEADLINE_MS) => {
    stopped ??= closeAll(closing, deadlineMs);
    return stopped;
  };
  return {
    ...{ endpoint, port: listening.port, clock, clockMode: settings.clock, dataDir: settings.dataDir },
    ...{
      activity,
      journal,
      applied,
      stop,
      reset: async (names = Object.keys(services.resets)) => services.reset(names),
    },
    async advance(byMs, { deadlineMs } = {}) {
      if (advance) return await advance(byMs, deadlineMs);
      throw new HeadwaterError('CLOCK_NOT_VIRTUAL', `The clock is ${settings.clock}; start with clock: "virtual"`);
    },
    async idle(timeoutMs = IDLE_TIMEOUT_MS) {
      await activity.rest(timeoutMs);
      return activity.now();
    },
    memoryBound: () => findMemoryLimit().method,
    [Symbol.asyncDispose]: () => stop(),
  };
}

/** What everything stands on. */
interface Ground {
  readonly store: Store;
  readonly activity: Activity;
  readonly clock: Clock;
  readonly virtualClock: VirtualClock | undefined;
  readonly journal: JournalStore;
  readonly random: typeof systemRandom;
  readonly credentials: Credentials;
}

async function openGround(
  { dataDir, fsync, clock: choice, credentials }: Settings,
  closing: Closing[],
): Promise<Ground> {
  if (dataDir !== undefined) {
    const lock = takeDataDirectory(dataDir);
    closing.push(async () => lock[Symbol.dispose]());
  }
  const store = dataDir === undefined ? openMemoryStore() : await openLmdbStore({ dataDir, fsync });
  closing.push(async () => await store[Symbol.asyncDispose]());
  const activity = createActivity();
  const virtualClock = choice === 'virtual' ? openVirtualClock(store, activity) : undefined;
  const clock = virtualClock ?? (choice === 'real' ? realClock : scaledClock(Number(choice.replace('scaled:', ''))));
  const random = systemRandom;
  return {
    ...{ store, activity, clock, virtualClock, random },
    journal: createJournal({ clock }),
    credentials: createCredentials(credentials, random),
  };
}

/**
 * A virtual clock that goes on where the last one of this data directory got to: time never goes back under what is stored,
 * not even when the process ended amid an advance. Each instant is written before what happens in it.
 */
function openVirtualClock(store: Store, activity: Activity): VirtualClock {
  const instants = store.table<number>('virtual-clock');
  const [kept] = instants.load();
  return createVirtualClock(Math.max(realClock.nowMs(), kept?.[1] ?? 0), activity, (nowMs) => {
    void instants.put('now', nowMs);
  });
}

function moveClock(clock: VirtualClock, store: Store) {
  const instants = store.table<number>('virtual-clock');
  return async (byMs: number, deadlineMs: number | undefined): Promise<Advanced> => {
    const advanced = await clock.advance(byMs, deadlineMs === undefined ? {} : { deadlineMs });
    await instants.put('now', advanced.nowMs);
    return advanced;
  };
}

function takeDataDirectory(dataDir: string): Disposable {
  try {
    return lockDataDirectory(dataDir);
  } catch (cause) {
    if (cause instanceof HeadwaterError) throw cause;
    const reason = (cause as Error).message;
    const message = `The data directory ${dataDir} cannot be used (${reason}); choose another with --data-dir, or --ephemeral`;
    throw new HeadwaterError('DATA_DIRECTORY_UNUSABLE', message, { cause });
  }
}

/** The services, wired to each other. */
interface Services {
  readonly apis: readonly ServiceApi[];
  /** What each service does to forget, by the name it can be reset by. */
  readonly resets: Readonly<Record<string, () => Promise<void>>>;
  reset(names: readonly string[]): Promise<void>;
  code(sha256: string): Promise<Uint8Array | undefined>;
  /** Begins to take work. */
  start(): void;
}

async function openServices(
  ground: Ground,
  settings: Settings,
  options: HeadwaterOptions,
  { endpoint, lastAnswers }: { readonly endpoint: () => string; readonly lastAnswers: Closing },
  closing: Closing[],
): Promise<Services> {
  const { clock, random, journal, activity, credentials } = ground;
  const { timing, enforcePolicies, accountConcurrency, strictRuntimes, codeRoot } = settings;
  const warn = options.warn ?? ((line: string) => process.stderr.write(`warning: ${line}\n`));
  const workDir = workFolder(settings.dataDir, closing);
  const { registry, blobs, queues, objects, tasks } = await openPorts(ground, settings, closing);
  const common = { registry, clock, random, timing, journal, activity };
  const byService = new Map<string, Target>();
  const targets: Targets = { find: (arn) => byService.get(parseArn(arn)?.service ?? '') };
  const invoker = createInvoker({
    ...{ clock, random, journal, activity, endpoint, credentials, workDir, warn, ...invokerSettings(settings) },
    log: ({ functionName, requestId, line }) => options.log?.({ functionName, requestId, text: line }),
  });
  const lambda = createLambda({
    ...common,
    ...{ blobs, invoker, targets, codeRoot, workDir, strictRuntimes, accountConcurrency, warn },
    operations: operationFiles('src/lambda/api'),
    dispatcher: () => dispatcher,
    mappings: () => mappings,
    readObject: () => s3.readObject,
  });
  const functions = lambda.directory;
  const dispatcher = createDispatcher({ ...common, functions, invoker, tasks, targets, accountConcurrency });
  const sqs = createSqs({ ...common, queues, operations: operationFiles('connectors/sqs/api'), enforcePolicies });
  const sources = new Map([[sqs.source.service, sqs.source]]);
  const mappings = createMappings({ ...common, sources, functions, dispatcher, capacity: invoker.capacity });
  const notify = createBucketNotifications({
    ...{ targets, journal, clock },
    configuration: (bucket) => s3.notificationConfiguration(bucket),
  });
  const publish: typeof notify = async (event) => {
    const { id, name, sourceArn, traceHeader, detail } = event;
    const what = `S3 ${name} ${detail.bucket}/${detail.key}`;
    journal.append({ kind: 'event', what, eventIds: [id], arn: sourceArn, traceId: traceIdOf(traceHeader) });
    await notify(event);
  };
  const s3 = createS3({
    ...{ ...common, objects, targets, functions, publish, enforcePolicies, credentials },
    operations: operationFiles('connectors/s3/api'),
  });
  for (const target of [sqs.target, s3.target, dispatcher.target]) byService.set(target.service, target);
  const iam = createIam({ registry, random, clock, operations: operationFiles('src/services/iam/api') });
  const sts = createSts({ credentials, operations: operationFiles('src/services/sts/api'), clock });
  closing.push(
    async () => await invoker[Symbol.asyncDispose](),
    () => lambda.close(),
    // While events and invocations in progress are brought to their end, functions still reach the endpoint.
    lastAnswers,
    (deadlineMs) => dispatcher.close(deadlineMs),
    (deadlineMs) => mappings.close(deadlineMs),
    () => sqs.close(),
    () => s3.close(),
  );
  const resetLambda = async () => {
    for (const part of [mappings, dispatcher, lambda]) await part.reset();
  };
  const resets = { lambda: resetLambda, s3: () => s3.reset(), sqs: () => sqs.reset(), iam: () => iam.reset() };
  return {
    apis: [sqs.api, s3.api, lambda.api, sts.api, iam.api],
    resets,
    async reset(names) {
      const chosen = Object.entries(resets).filter(([name]) => names.includes(name));
      for (const [, forget] of chosen) await forget();
      journal.append({ kind: 'decision', what: `Reset ${chosen.map(([name]) => name).join(', ')}` });
    },
    code: (sha256) => blobs.get(sha256),
    start() {
      dispatcher.start();
      mappings.start();
    },
  };
}

async function openPorts(ground: Ground, { dataDir, fsync, timing }: Settings, closing: Closing[]) {
  const { store, clock, random, activity } = ground;
  const ports = {
    registry: openRegistry(store),
    blobs: openBlobStore({ folder: dataDir && join(dataDir, 'code'), fsync }),
    queues: openMessageQueue({ store, clock, random, timing, activity }),
    objects: await openObjectStore({ store, directory: dataDir && join(dataDir, 'objects'), fsync, clock, random }),
    tasks: openTaskQueue({ store, clock, activity }),
  };
  for (const port of Object.values(ports)) closing.push(async () => await port[Symbol.asyncDispose]());
  return ports;
}

/** What the settings say of running functions, with what is fetched once for all projects of this user. */
function invokerSettings({ runtimes, maxEnvironments }: Settings) {
  return {
    runtimePaths: runtimes,
    maxEnvironments,
    assets: packageFile('src/runtimes/bootstraps'),
    cacheDir: join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headwater'),
  };
}

/** Unpacked code and temporary files: in the data directory where there is one, else in a folder that goes at the end. */
function workFolder(dataDir: string | undefined, closing: Closing[]): string {
  if (dataDir !== undefined) return join(dataDir, 'work');
  const folder = mkdtempSync(join(tmpdir(), 'headwater-'));
  closing.push(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The settings in force for people to read: of credentials only the access keys. */
function shownSettings({ runtimes, credentials, timing, ...plain }: Settings): Json {
  const shown = { ...plain, timing, runtimes: Object.fromEntries(runtimes), credentials: [...credentials.keys()] };
  return JSON.parse(JSON.stringify(shown));
}

/** An option that is there but undefined does not hide what the config file says. */
function withoutAbsent<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}

/** Finds out what this machine offers to functions with these options; starts nothing. */
export async function examineHost(options: HeadwaterOptions, nameOf?: (option: string) => string) {
  const settings = decideSettings(options, nameOf);
  const { host, port, dataDir, maxEnvironments } = settings;
  const clock = realClock;
  const random = systemRandom;
  await using invoker = createInvoker({
    ...{ clock, random, workDir: tmpdir(), ...invokerSettings(settings) },
    ...{
      journal: createJournal({ clock }),
      activity: createActivity(),
      credentials: createCredentials(new Map(), random),
    },
    ...{ endpoint: () => '', log: () => {}, warn: () => {} },
  });
  const tryDataDir = () => {
    if (dataDir !== undefined && existsSync(dataDir)) takeDataDirectory(dataDir)[Symbol.dispose]();
  };
  return { host, port, dataDir, maxEnvironments, tryDataDir, ...(await invoker.describe()) };
}

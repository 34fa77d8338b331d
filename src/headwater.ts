import manifest from '../package.json' with { type: 'json' };
import { namesOf, statesOf } from './composition/backends.ts';
import { type Closing, closeAll } from './composition/closing.ts';
import { openGround } from './composition/ground.ts';
import type { CallIn } from './composition/replays.ts';
import { openServices } from './composition/services.ts';
import type { Applied } from './config/apply/apply.ts';
import type { HeadwaterOptions, Settings } from './config/options.ts';
import type { LocatedConfig } from './config/read-config.ts';
import { checkLocated, decideSettings, loadConfig } from './config.ts';
import { createAdmin } from './console/admin.ts';
import type { Activity } from './core/activity.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from './core/arn.ts';
import { type Clock, keepAlive, realClock, SECOND } from './core/clock.ts';
import { HeadwaterError } from './core/errors.ts';
import type { Json } from './core/event.ts';
import type { JointIdleness } from './core/idleness.ts';
import type { JournalReader } from './core/journal.ts';
import type { Replays } from './core/replay.ts';
import type { Advanced } from './core/virtual-clock.ts';
import { untilThere } from './core/waiting/until-there.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { createLoadedModels } from './gateway/schema/loaded-models.ts';
import { readModel } from './package-files.ts';
import { findMemoryLimit } from './runtimes/memory-limit.ts';

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
  /** Absent when nothing is kept on this machine. */
  readonly dataDir: string | undefined;
  /** The real backends by name, e.g. `Redis at 127.0.0.1:6379`. */
  readonly backends: readonly string[];
  readonly activity: Activity;
  readonly journal: JournalReader;
  /** What the config declared, and what applying it changed. */
  readonly applied: readonly Applied[];
  /** Moves a virtual clock; resolves when the work which that set off is done. Rejects when the clock is another. */
  advance(byMs: number, options?: { readonly deadlineMs?: number }): Promise<Advanced>;
  /** Waits, at most `timeoutMs` in real time, until nothing is in progress or due, here and where the work is shared. */
  idle(timeoutMs?: number): Promise<JointIdleness>;
  /** Forgets everything, or what these services hold; resolves once the old work has stopped. */
  reset(services?: readonly string[]): Promise<void>;
  /** Resolves, with the reason, when this process must not go on because others use its namespace in another way. */
  readonly refusal: Promise<HeadwaterError>;
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
  // A backend may be waited for with nothing open.
  using _starting = keepAlive();
  try {
    return await open(settings, options, loaded?.config, closing);
  } catch (error) {
    await closeAll(closing, 0);
    throw error;
  }
}

async function open(
  settings: Settings,
  options: HeadwaterOptions,
  declared: LocatedConfig | undefined,
  closing: Closing[],
): Promise<Headwater> {
  const ground = await openGround(settings, options.warn ?? toStandardError, closing);
  const { activity, clock, journal, credentials, random } = ground;
  let endpoint = '';
  let gateway: Gateway | undefined;
  let isReady = false;
  const lastAnswers = async (deadlineMs: number) => gateway?.close(deadlineMs);
  let refused = (_why: HeadwaterError) => {};
  const refusal = new Promise<HeadwaterError>((resolve) => {
    refused = resolve;
  });
  const callIn: CallIn = async (scope) => {
    const { createCallService } = await import('./config/apply/call-service.ts');
    return createCallService({ apis: services.apis, scope, random, origin: endpoint });
  };
  const models = createLoadedModels(readModel);
  const around = { endpoint: () => endpoint, lastAnswers, refused, callIn, models };
  const services = await openServices(ground, settings, options, around, closing);
  let opened: Promise<Replays> | undefined;
  const replays = () => {
    opened ??= services.replays();
    return opened;
  };
  const reset = async (names: readonly string[] = Object.keys(services.resets)) => {
    await (await opened)?.stop();
    await services.reset(names);
  };
  const apply = async (config: LocatedConfig) => {
    const [{ applyConfig }, { createUntilReady }] = await Promise.all([
      import('./config/apply/apply.ts'),
      import('./config/apply/until-ready.ts'),
    ]);
    const scope = { account: config.account ?? DEFAULT_ACCOUNT, region: config.region ?? DEFAULT_REGION };
    const call = await callIn(scope);
    const untilReady = createUntilReady(clock, ground.virtualClock !== undefined);
    // Processes that start together declare the same: the later ones find it done.
    return await services.inTurn('apply', () => applyConfig(config, scope, { call, untilReady }));
  };
  const { virtualClock } = ground;
  const advance =
    virtualClock &&
    ((byMs: number, deadlineMs: number | undefined) =>
      virtualClock.advance(byMs, deadlineMs === undefined ? {} : { deadlineMs }));
  const stopping = new AbortController();
  const admin = createAdmin({
    version: VERSION,
    stopping: stopping.signal,
    hosts: new Set([settings.host, ...settings.allowHosts].map((name) => name.toLowerCase())),
    ...{ clock, clockMode: settings.clock, advance, idleness: services.idleness, journal },
    services: Object.keys(services.resets),
    isReady: () => isReady,
    backends: () => statesOf(ground.backends),
    ...{ reset, replays },
    settings: () => shownSettings(settings),
    ...{ code: services.code, metrics: services.metrics, certificate: services.certificate },
    hearObjectEvent: services.hearObjectEvent,
    apply: async (declaration) => ({
      applied: (await apply(await checkLocated(declaration))).map((each) => ({ ...each })),
    }),
  });
  gateway = createGateway({
    apis: services.apis,
    credentials,
    clock: realClock,
    random,
    journal,
    models,
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
  const applied = declared ? await untilThere(() => apply(declared), settings.backends.deadlineMs) : [];
  isReady = true;

  let stopped: Promise<void> | undefined;
  const stop = (deadlineMs = STOP_DEADLINE_MS) => {
    stopped ??= (async () => {
      using _stopping = keepAlive();
      await closeAll(closing, deadlineMs);
    })();
    return stopped;
  };
  return {
    ...{ endpoint, port: listening.port, clock, clockMode: settings.clock, dataDir: ground.dataDir },
    backends: namesOf(ground.backends),
    ...{ activity, journal, applied, refusal, stop, reset },
    async advance(byMs, { deadlineMs } = {}) {
      if (advance) return await advance(byMs, deadlineMs);
      throw new HeadwaterError('CLOCK_NOT_VIRTUAL', `The clock is ${settings.clock}; start with clock: "virtual"`);
    },
    async idle(timeoutMs = IDLE_TIMEOUT_MS) {
      return await services.idleness(timeoutMs, stopping.signal);
    },
    memoryBound: () => findMemoryLimit().method,
    [Symbol.asyncDispose]: () => stop(),
  };
}

/** The settings in force for people to read: of credentials only the access keys, and no password. */
function shownSettings({ runtimes, credentials, timing, backends, ...plain }: Settings): Json {
  const shown = {
    ...plain,
    timing,
    backends: { ...backends, redis: withoutPassword(backends.redis), minio: withoutPassword(backends.minio) },
    runtimes: Object.fromEntries(runtimes),
    credentials: [...credentials.keys()],
  };
  return JSON.parse(JSON.stringify(shown));
}

const toStandardError = (line: string) => void process.stderr.write(`warning: ${line}\n`);

/** A URL for people to read. */
function withoutPassword(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

/** An option that is there but undefined does not hide what the config file says. */
function withoutAbsent<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}

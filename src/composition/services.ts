import type { HeadwaterOptions, Settings } from '../config/options.ts';
import { parseArn } from '../core/arn.ts';
import type { HeadwaterError } from '../core/errors.ts';
import type { AskIdleness } from '../core/idleness.ts';
import type { Journal } from '../core/journal.ts';
import type { ServiceApi } from '../core/operation.ts';
import type { Registry } from '../core/ports/registry.ts';
import type { Replays } from '../core/replay.ts';
import type { Target, Targets } from '../core/target.ts';
import { type InTurn, inTurn } from '../core/waiting/in-turn.ts';
import { createDispatcher } from '../dispatch/dispatcher.ts';
import type { LoadedModels } from '../gateway/schema/loaded-models.ts';
import { createLambda } from '../lambda/lambda.ts';
import { operationFiles } from '../package-files.ts';
import { createInvoker } from '../runtimes/invoker.ts';
import { createIam } from '../services/iam/iam.ts';
import { createSts } from '../services/sts/sts.ts';
import type { Closing } from './closing.ts';
import { openConnectors, openStreams } from './connectors.ts';
import { openFanOut } from './fan-out.ts';
import type { Ground } from './ground.ts';
import { invokerSettings } from './invoker-settings.ts';
import { openLateParts } from './late-parts.ts';
import { closingsOf, resetsOf } from './life-cycle.ts';
import { openPorts, openWorkFolder } from './open-ports.ts';
import { openPolling } from './polling.ts';
import { announce, openIdleness } from './presence.ts';
import { type CallIn, openReplays } from './replays.ts';
import { openTableRelay } from './table-relay.ts';
import { openTelemetry } from './telemetry.ts';

/** The services, wired to each other. */
export interface Services {
  readonly apis: readonly ServiceApi[];
  /** What each service does to forget, by the name it can be reset by. */
  readonly resets: Readonly<Record<string, () => Promise<void>>>;
  reset(names: readonly string[]): Promise<void>;
  code(sha256: string): Promise<Uint8Array | undefined>;
  /** Of this process and of those that share its work. */
  readonly idleness: AskIdleness;
  /** Work that only one process of the namespace does at a time, however long that takes. */
  readonly inTurn: InTurn;
  /** Takes what the object store tells of changes that others made in it. */
  hearObjectEvent(notification: Uint8Array): Promise<void>;
  /** Opens what runs the past again. */
  replays(): Promise<Replays>;
  /** What was measured, as Prometheus reads it. */
  metrics(): Promise<string>;
  /** The certificate of that file name by which subscribers of topics verify what they get. */
  certificate(file: string): Promise<string | undefined>;
  /** Begins to take work. */
  start(): void;
}

/** What services need of what is around them. */
interface Around {
  /** Where functions reach it. */
  readonly endpoint: () => string;
  readonly lastAnswers: Closing;
  /** Told when this process must not go on. */
  readonly refused: (why: HeadwaterError) => void;
  /** Calls the public API that is opened here. */
  readonly callIn: CallIn;
  readonly models: LoadedModels;
}

/** AWS has them by such names; here there is but one. */
const CERTIFICATE = /^SimpleNotificationService-[0-9a-f]+\.pem$/;

/** Opens all services; none takes work before `start`. */
export async function openServices(
  ground: Ground,
  settings: Settings,
  options: HeadwaterOptions,
  { endpoint, lastAnswers, refused, callIn, models }: Around,
  closing: Closing[],
): Promise<Services> {
  const { clock, random, journal, activity, credentials, warn } = ground;
  const { timing, enforcePolicies, accountConcurrency, strictRuntimes, codeRoot, fsync, backends } = settings;
  const workDir = openWorkFolder(ground.dataDir, closing);
  const ports = await openPorts({ ...ground, timing, fsync, deadlineMs: backends.deadlineMs }, closing);
  await announce(ground, ports, settings, refused, closing);
  const idleness = await openIdleness(ground, closing);
  const { registry, blobs, tasks, leases, permits } = ports;
  const { targets, hold } = createTargets();
  const telemetry = openTelemetry({ clock, random, journal, activity }, ports, targets);
  const { cloudwatch, logs } = telemetry;
  const common = { registry, clock, random, timing, journal, activity, metrics: cloudwatch.metrics };
  const invoker = createInvoker({
    ...{ ...ground, endpoint, workDir, ...invokerSettings(settings) },
    functionLogs: logs.functionLogs,
    log: ({ functionName, requestId, line }) => options.log?.({ functionName, requestId, text: line }),
  });
  const lambda = createLambda({
    ...common,
    ...{ blobs, leases, invoker, targets, codeRoot, workDir, strictRuntimes, accountConcurrency, warn },
    operations: operationFiles('src/lambda/api'),
    dispatcher: () => dispatcher,
    mappings: () => mappings,
    readObject: () => s3.readObject,
  });
  const functions = lambda.directory;
  const dispatcher = createDispatcher({ ...common, functions, invoker, targets, accountConcurrency, tasks, permits });
  const late = await openLateParts(ground, registry);
  const sourceParts = { ...common, ports, targets, functions, enforcePolicies, credentials };
  const connectors = await openConnectors(sourceParts, settings, late);
  const { s3, dynamodb } = connectors.parts;
  await openTableRelay({ ...ground, leases, dynamodb }, closing);
  const running = { ...common, targets, functions, dispatcher };
  const polling = { ...running, leases, permits, capacity: invoker.capacity };
  const { kafka, mappings } = await openPolling(polling, connectors.parts, settings, late);
  const onward = { ...common, ports, targets, statusLogs: logs.functionLogs, origin: endpoint, callIn, models };
  const fanOut = await openFanOut(onward, settings, late);
  const { sns, events, scheduler, timetable } = fanOut.parts;
  hold([...connectors.targets, dispatcher.target, ...fanOut.targets, logs.target]);
  const { iam, sts } = openIdentity(ground, registry);
  const engine = { invoker, lambda, dispatcher, mappings };
  closing.push(...closingsOf(telemetry, engine, lastAnswers, { ...fanOut.parts, ...connectors.parts, kafka }));
  const resets = resetsOf([mappings, dispatcher, lambda], {
    scheduler,
    events,
    sns,
    ...connectors.parts,
    ...telemetry,
    iam,
  });
  return {
    apis: [...connectors.apis, ...fanOut.apis, lambda.api, logs.api, cloudwatch.api, sts.api, iam.api],
    resets,
    reset: (names) => resetChosen(resets, names, journal),
    code: (sha256) => blobs.get(sha256),
    idleness,
    inTurn: inTurn(leases, Number.POSITIVE_INFINITY),
    hearObjectEvent: (notification) => ports.objects.hear(notification),
    replays: async () => openReplays({ ...running, streams: await openStreams(connectors.parts), mappings }, callIn),
    metrics: () => cloudwatch.exposition(),
    certificate: async (file) => (CERTIFICATE.test(file) ? await fanOut.certificate() : undefined),
    start() {
      for (const part of [cloudwatch, logs, dispatcher, mappings, sns, events, scheduler, timetable, s3]) part.start();
    },
  };
}

/** Targets by the service of their ARNs; they are held once all are there. */
function createTargets() {
  const byService = new Map<string, Target>();
  const targets: Targets = { find: (arn) => byService.get(parseArn(arn)?.service ?? '') };
  const hold = (all: readonly Target[]) => {
    for (const target of all) byService.set(target.service, target);
  };
  return { targets, hold };
}

/** What says who somebody is. */
function openIdentity({ credentials, random, clock }: Ground, registry: Registry) {
  return {
    iam: createIam({ registry, random, clock, operations: operationFiles('src/services/iam/api') }),
    sts: createSts({ credentials, operations: operationFiles('src/services/sts/api'), clock }),
  };
}

async function resetChosen(resets: Services['resets'], names: readonly string[], journal: Journal): Promise<void> {
  const chosen = Object.entries(resets).filter(([name]) => names.includes(name));
  for (const [, forget] of chosen) await forget();
  journal.append({ kind: 'decision', what: `Reset ${chosen.map(([name]) => name).join(', ')}` });
}

import { createDynamodb } from '../../connectors/dynamodb/connector.ts';
import { createKafka } from '../../connectors/kafka/connector.ts';
import { createKinesis } from '../../connectors/kinesis/connector.ts';
import { createS3 } from '../../connectors/s3/connector.ts';
import { createSqs } from '../../connectors/sqs/connector.ts';
import { createMappings } from '../../mappings/poll/mappings.ts';
import { createBucketNotifications } from '../../mappings/push/bucket-notification.ts';
import { openConsumerGroups } from '../backends/kafka/consumer-group/consumer-groups.ts';
import type { HeadwaterOptions, Settings } from '../config/options.ts';
import { parseArn } from '../core/arn.ts';
import type { HeadwaterError } from '../core/errors.ts';
import type { FunctionDirectory } from '../core/function.ts';
import { traceIdOf } from '../core/journal.ts';
import type { ServiceApi } from '../core/operation.ts';
import type { Registry } from '../core/ports/registry.ts';
import type { Replays } from '../core/replay.ts';
import type { Target, Targets } from '../core/target.ts';
import type { Timing } from '../core/timing.ts';
import { createDispatcher } from '../dispatch/dispatcher.ts';
import { createLambda } from '../lambda/lambda.ts';
import { operationFiles } from '../package-files.ts';
import { createInvoker } from '../runtimes/invoker.ts';
import { createIam } from '../services/iam/iam.ts';
import { createSts } from '../services/sts/sts.ts';
import { createFileSecrets } from './file-secrets.ts';
import type { Closing, Ground } from './ground.ts';
import { invokerSettings } from './invoker-settings.ts';
import { openPorts, openWorkFolder, type Ports } from './ports.ts';
import { announce } from './presence.ts';
import { type CallIn, openReplays } from './replays.ts';
/** The services, wired to each other. */
export interface Services {
  readonly apis: readonly ServiceApi[];
  /** What each service does to forget, by the name it can be reset by. */
  readonly resets: Readonly<Record<string, () => Promise<void>>>;
  reset(names: readonly string[]): Promise<void>;
  code(sha256: string): Promise<Uint8Array | undefined>;
  /** Opens what runs the past again. */
  replays(callIn: CallIn): Promise<Replays>;
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
}

/** Opens all services; none takes work before `start`. */
export async function openServices(
  ground: Ground,
  settings: Settings,
  options: HeadwaterOptions,
  { endpoint, lastAnswers, refused }: Around,
  closing: Closing[],
): Promise<Services> {
  const { clock, random, journal, activity, credentials, warn } = ground;
  const { timing, enforcePolicies, accountConcurrency, strictRuntimes, codeRoot } = settings;
  const workDir = openWorkFolder(ground.dataDir, closing);
  const ports = await openPorts({ ...ground, timing, fsync: settings.fsync }, closing);
  await announce(ground, ports, settings, refused, closing);
  const { registry, blobs } = ports;
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
    readObject: () => connectors.s3.readObject,
  });
  const functions = lambda.directory;
  const dispatcher = createDispatcher({
    ...{ ...common, functions, invoker, targets, accountConcurrency },
    tasks: ports.tasks,
    permits: ports.permits,
  });
  const connectors = openConnectors({ ...common, ports, targets, functions, enforcePolicies, credentials }, settings);
  const { s3, sqs, kinesis, dynamodb } = connectors;
  const kafka = createKafka({ groups: openConsumerGroups(), secrets: createFileSecrets(settings.secrets) });
  const streams = new Map([kinesis.source, dynamodb.source].map((source) => [source.service, source]));
  const mappings = createMappings({
    ...{ ...common, targets, functions, dispatcher, capacity: invoker.capacity },
    ...{ leases: ports.leases, permits: ports.permits },
    sources: new Map([[sqs.source.service, sqs.source]]),
    streams,
    topics: kafka.source,
  });
  for (const target of [sqs.target, s3.target, kinesis.target, dispatcher.target]) {
    byService.set(target.service, target);
  }
  const iam = createIam({ registry, random, clock, operations: operationFiles('src/services/iam/api') });
  const sts = createSts({ credentials, operations: operationFiles('src/services/sts/api'), clock });
  closing.push(
    async () => await invoker[Symbol.asyncDispose](),
    () => lambda.close(),
    // While events and invocations in progress are brought to their end, functions still reach the endpoint.
    lastAnswers,
    (deadlineMs) => dispatcher.close(deadlineMs),
    (deadlineMs) => mappings.close(deadlineMs),
    ...Object.values({ ...connectors, kafka }).map((connector) => () => connector.close()),
  );
  const resetLambda = async () => {
    for (const part of [mappings, dispatcher, lambda]) await part.reset();
  };
  const resets: Services['resets'] = {
    lambda: resetLambda,
    ...Object.fromEntries(Object.entries({ ...connectors, iam }).map(([name, part]) => [name, () => part.reset()])),
  };
  return {
    apis: [sqs.api, s3.api, kinesis.api, dynamodb.api, dynamodb.streamsApi, lambda.api, sts.api, iam.api],
    resets,
    async reset(names) {
      const chosen = Object.entries(resets).filter(([name]) => names.includes(name));
      for (const [, forget] of chosen) await forget();
      journal.append({ kind: 'decision', what: `Reset ${chosen.map(([name]) => name).join(', ')}` });
    },
    code: (sha256) => blobs.get(sha256),
    replays: (callIn) => openReplays({ ...common, streams, mappings, dispatcher, functions, targets }, callIn),
    start() {
      dispatcher.start();
      mappings.start();
      s3.start();
    },
  };
}

/** What the event sources are made of. */
interface ConnectorParts extends Pick<Ground, 'clock' | 'random' | 'journal' | 'activity' | 'credentials'> {
  readonly registry: Registry;
  readonly timing: Timing;
  readonly ports: Ports;
  readonly targets: Targets;
  readonly functions: FunctionDirectory;
  readonly enforcePolicies: boolean;
}

/** The event sources, in the order in which they are reset; they are closed in the reverse. */
function openConnectors({ ports, ...common }: ConnectorParts, { throttle }: Settings) {
  const { queues, objects, log, tables } = ports;
  const { journal, clock, targets } = common;
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
  const s3 = createS3({ ...common, objects, publish, operations: operationFiles('connectors/s3/api') });
  return {
    sqs: createSqs({ ...common, queues, leases: ports.leases, operations: operationFiles('connectors/sqs/api') }),
    kinesis: createKinesis({ ...common, log, throttle, operations: operationFiles('connectors/kinesis/api') }),
    dynamodb: createDynamodb({
      ...{ ...common, tables, leases: ports.leases },
      operations: operationFiles('connectors/dynamodb/api'),
      streamOperations: operationFiles('connectors/dynamodb/streams-api'),
    }),
    s3,
  };
}

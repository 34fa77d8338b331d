import { formatArn, type Scope } from '../core/arn.ts';
import { HeadwaterError, ServiceError } from '../core/errors.ts';
import { applyBucket, applyNotifications } from './apply-bucket.ts';
import { applyEventInvokeConfig, applyFunction } from './apply-function.ts';
import { applyMapping } from './apply-mapping.ts';
import { applyQueue, applyQueueRedrive } from './apply-queue.ts';
import { applyStream } from './apply-stream.ts';
import { applyTable } from './apply-table.ts';
import type { LocatedConfig } from './read-config.ts';

/** One call of the public API, in the account and region of the declaration. Output and input are the SDK's shapes. */
export type CallService = (
  service: 'sqs' | 's3' | 'kinesis' | 'dynamodb' | 'lambda',
  operation: string,
  input: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>>;

/** What became of one declared thing. */
export interface Applied {
  /** E.g. `queue orders`. */
  readonly what: string;
  readonly change: Change;
}

/** Whether something was made, brought in line, or was as declared already. */
export type Change = 'created' | 'updated' | 'unchanged';

/** What the steps share. */
export interface Applying {
  readonly call: CallService;
  /** The ARN of a resource that is named by its ARN or its name. */
  readonly arnOf: (service: NamedService, nameOrArn: string) => string;
  /** The ARN of a declared function of that name, else of a queue. */
  readonly destinationArn: (nameOrArn: string) => string;
  /** What the name of a mapping's source was declared as. */
  readonly sourceKind: (name: string) => 'queue' | 'stream' | 'table';
  readonly account: string;
  /** Asks again, on the clock, until there is an answer: what is being created or changed cannot be changed. */
  readonly untilReady: <Ready>(ask: () => Promise<Ready | undefined>) => Promise<Ready>;
}

/** The services whose resources a declaration names. */
type NamedService = 'sqs' | 'kinesis' | 'lambda' | 's3' | 'iam';

/**
 * Brings the endpoint in line with a declaration, through the same operations that clients call. Applying it twice changes
 * nothing the second time; what is not declared is left alone.
 */
export async function applyConfig(
  config: LocatedConfig,
  scope: Scope,
  { call, untilReady }: Pick<Applying, 'call' | 'untilReady'>,
): Promise<readonly Applied[]> {
  const applying: Applying = {
    call,
    arnOf: (service, name) => arnOf(scope, service, name),
    destinationArn: (name) => arnOf(scope, name in config.functions ? 'lambda' : 'sqs', name),
    sourceKind: (name) =>
      name in (config.streams ?? {}) ? 'stream' : name in (config.tables ?? {}) ? 'table' : 'queue',
    account: scope.account,
    untilReady,
  };
  const applied: Applied[] = [];
  const each = async <Declared>(
    kind: string,
    declared: Readonly<Record<string, Declared>> | undefined,
    step: (applying: Applying, name: string, declared: Declared) => Promise<Change>,
  ) => {
    for (const [name, value] of Object.entries(declared ?? {})) {
      const change = await step(applying, name, value).catch((cause) => refuse(`${kind} ${name}`, cause));
      const before = applied.findIndex(({ what }) => what === `${kind} ${name}`);
      if (before < 0) applied.push({ what: `${kind} ${name}`, change });
      else if (applied[before]?.change === 'unchanged') applied[before] = { what: `${kind} ${name}`, change };
    }
  };
  // Whatever is referred to comes first: dead-letter queues, then functions, then what triggers them.
  await each('queue', config.queues, applyQueue);
  await each('queue', config.queues, applyQueueRedrive);
  await each('bucket', config.buckets, applyBucket);
  await each('stream', config.streams, applyStream);
  await each('table', config.tables, applyTable);
  await each('function', config.functions, applyFunction);
  await each('function', config.functions, applyEventInvokeConfig);
  await each('bucket', config.buckets, applyNotifications);
  const mappings = (config.mappings ?? []).map((each) => [`${each.eventSource} → ${each.function}`, each] as const);
  await each('mapping', Object.fromEntries(mappings), applyMapping);
  return applied;
}

function arnOf({ account, region }: Scope, service: NamedService, name: string): string {
  if (name.startsWith('arn:')) return name;
  switch (service) {
    case 'sqs':
      return formatArn({ service, account, region, resource: name });
    case 'kinesis':
      return formatArn({ service, account, region, resource: `stream/${name}` });
    case 'lambda':
      return formatArn({ service, account, region, resource: `function:${name}` });
    case 's3':
      return formatArn({ service, account: '', region: '', resource: name });
    case 'iam':
      return formatArn({ service, account, region: '', resource: `role/${name}` });
  }
}

/** Adds what was being applied to what AWS would say. */
function refuse(what: string, cause: unknown): never {
  if (!(cause instanceof ServiceError)) throw cause;
  throw new HeadwaterError('CONFIG_REFUSED', `The config's ${what} was refused: ${cause.code}: ${cause.message}`, {
    cause,
  });
}

/** What several steps on one thing come to. */
export function combine(changes: readonly Change[]): Change {
  return (
    changes.find((change) => change === 'created') ?? changes.find((change) => change === 'updated') ?? 'unchanged'
  );
}

/** Runs a look-up; `undefined` when AWS would say that there is none. */
export async function orAbsent<Found>(lookUp: Promise<Found>): Promise<Found | undefined> {
  try {
    return await lookUp;
  } catch (error) {
    const { code = '' } = error as { readonly code?: string };
    if (/NotFound|NoSuch|NonExistent|DoesNotExist|^404$/.test(code)) return undefined;
    throw error;
  }
}
